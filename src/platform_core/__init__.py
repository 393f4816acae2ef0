"""The rules of Footlights, free of any framework: attrs and the standard library, nothing else."""
