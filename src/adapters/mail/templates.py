"""What the letters say.

Words in braces are filled in: ``{server}``, ``{handle}`` and the fields of the letter. The first paragraphs
stand before the link, the others after it.
"""

from attrs import frozen

from platform_core.accounts.model.credentials_letters import (
    AddressChanged,
    AddressInUse,
    ConfirmNewAddress,
    ConfirmOldAddress,
    Letter,
    PasswordWasChanged,
    ResetPassword,
    SecondFactorWasRemoved,
    VerifyAddress,
    WelcomeApproved,
)

NOT_YOU = "If this was not you, set a new password at once: ask for one as if you had forgotten it."
UNTIL = "The link is good until {until}, and once."


@frozen
class Action:
    """A link: the words on it, and what the page behind it does with the letter's ``token`` field."""

    label: str
    verb: str
    token: str = "token"  # noqa: S105 (the name of a field)


@frozen
class Template:
    """Subject, paragraphs and links of one kind of letter."""

    subject: str
    before: tuple[str, ...]
    actions: tuple[Action, ...] = ()
    after: tuple[str, ...] = ()


TEMPLATES: dict[type[Letter], Template] = {
    VerifyAddress: Template(
        "Confirm your e-mail address",
        ("welcome to {server}. Please confirm that this is your e-mail address.",),
        (Action("Confirm the address", "verify"),),
        (UNTIL, "If you did not register at {server}, ignore this letter."),
    ),
    ResetPassword: Template(
        "Choose a new password",
        ("somebody, most likely you, asked for a new password for your account at {server}.",),
        (Action("Choose a new password", "reset"),),
        (UNTIL, "If it was not you, ignore this letter: your password stays as it is."),
    ),
    ConfirmNewAddress: Template(
        "Confirm your new e-mail address",
        ("please confirm that your account at {server} may use this e-mail address.",),
        (Action("Confirm the address", "verify"),),
        (UNTIL, "If you know nothing of this, ignore this letter."),
    ),
    ConfirmOldAddress: Template(
        "Your e-mail address is about to change",
        ("your account at {server} is to use the address {new_address} instead of this one. Is that right?",),
        (Action("Yes, change it", "verify"), Action("No, stop this", "stop", "stop_token")),
        (UNTIL, "Whoever asked for this knew your password. " + NOT_YOU),
    ),
    AddressInUse: Template(
        "Your e-mail address was given for another account",
        (
            "somebody wanted to use this e-mail address for another account at {server}. It is the address "
            "of your account {handle}, so nothing has changed.",
            "If that was you: log in to {handle}, or ask for a new password if you have forgotten it.",
        ),
    ),
    AddressChanged: Template(
        "Your e-mail address has changed",
        ("your account at {server} now uses the address {new_address}. Letters no longer come here.",),
        after=("If this was not you, write to the operator of {server}.",),
    ),
    PasswordWasChanged: Template(
        "Your password has changed",
        ("your account at {server} has a new password. You were logged out everywhere else.",),
        after=(NOT_YOU,),
    ),
    SecondFactorWasRemoved: Template(
        "Logging in no longer asks for a code",
        ("the second factor of your account at {server} was switched off: the password alone is enough.",),
        after=(NOT_YOU,),
    ),
    WelcomeApproved: Template(
        "Your registration was approved",
        ("your registration at {server} was approved. You can log in as {handle} from now on.",),
    ),
}
