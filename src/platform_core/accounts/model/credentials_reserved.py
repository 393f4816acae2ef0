"""Handles that nobody may register: they would pass for the server, its operator or one of its pages."""

_WORDS = """
about abuse account accounts admin administrator administrators admins all analytics anonymous api app
assets auth billing categories checkout collections comments communities confirm contact cookies dashboard
deleted docs documentation download drafts everyone explore faq favicon feed feeds follow followers
following footlights forgot health healthz help home hostmaster images index info instance internal
invitations invite legal live login logout mailer_daemon me media mention mentions messages metrics
moderation moderator moderators mods nobody no_reply noreply notifications null oauth official oidc openapi
orders owner password payments payouts platform postmaster posts press privacy products profile readyz
recover register reports reset robots root sales scheduled search security self server session sessions
settings shop sign_in sign_out sign_up signin signout signup sitemap socket_io staff static status store
stories streams subscriptions suggestions support suspended sysadmin system tags team terms tokens trending
trends undefined unknown unsubscribe upload uploads user username users verify wallet webhooks webmaster
websocket well_known www
"""

RESERVED_HANDLES = frozenset(_WORDS.split())
