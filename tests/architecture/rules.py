"""The rules, in one list."""

from tests.architecture import contracts, docstrings, hygiene, names, sizes
from tests.architecture.source import Rule

RULES: tuple[Rule, ...] = (
    contracts.layers_point_inwards,
    contracts.core_knows_no_framework,
    contracts.contexts_are_independent,
    contracts.context_layers_point_inwards,
    contracts.adapters_are_independent,
    contracts.wiring_is_in_the_containers,
    names.names_say_something,
    names.contexts_are_known,
    names.adapters_use_the_word_of_the_context,
    names.tables_are_named_after_their_owner,
    sizes.files_are_small,
    sizes.functions_are_small,
    docstrings.public_things_have_docstrings,
    hygiene.only_the_command_line_prints,
    hygiene.time_and_chance_come_through_ports,
    hygiene.money_is_never_a_float,
    hygiene.sql_is_not_glued,
)
