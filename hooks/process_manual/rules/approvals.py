"""APR: who approved a version, whether they could, and whether it is still what they approved."""

from __future__ import annotations

from collections.abc import Iterator

from process_manual.diagnostics import Location
from process_manual.model.definition import Approval, Consultee, Definition, Review, Status
from process_manual.model.digest import is_digest
from process_manual.model.manual import Manual
from process_manual.rules.engine import Fault, rule
from process_manual.rules.safety import is_web_address
from process_manual.rules.wording import quoted
from process_manual.views.authority import (
    approvers,
    area_approvers,
    authors,
    change_type,
    persons_on,
)
from process_manual.views.standing import approval_in_hand, digest_in


@rule("APR-001", "approval-missing")
def approval_missing(manual: Manual) -> Iterator[Fault]:
    """An approved definition has an approval of exactly its version, with a link to the decision.

    Why: the status says only what somebody typed; the approval says who decided, when, in which
    role, and where that can be looked up (7.5.2). Every approval is of a version that the history
    has.

    Bad:
        # EXA-011
        approvals:

    Good:
        # EXA-011
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
    """
    for definition in manual.definitions:
        known = {definition.version, *(entry.version for entry in definition.history)}
        for i, approval in enumerate(definition.approvals):
            if approval.version not in known:
                message = f"the history has no version {approval.version} that could be approved"
                hint = "correct the version, or add its entry to the history"
                yield Fault(definition.at("approvals", i, "version"), message, hint)
        if definition.status is Status.APPROVED:
            yield from _not_evident(definition)


def _not_evident(definition: Definition) -> Iterator[Fault]:
    approval = approval_in_hand(definition)
    if approval is None:
        message = f"its status is approved, but nobody has approved version {definition.version}"
        hint = "have it approved (`process-manual approve` writes the entry), or set another status"
        yield Fault(definition.at("approvals"), message, hint)
        return
    place = definition.at("approvals", definition.approvals.index(approval), "evidence")
    if approval.evidence is None:
        message = f"the approval of version {approval.version} does not say where the decision is"
        yield Fault(place, message, "add `evidence:` with the address of the decision")
    elif not is_web_address(approval.evidence):
        message = f"`{approval.evidence}` is not an address where the decision can be looked up"
        yield Fault(place, message, "write the whole address, beginning with https://")


@rule("APR-002", "approver-is-author")
def approver_is_author(manual: Manual) -> Iterator[Fault]:
    """Nobody approves a version that they wrote.

    Why: the approval is a second look. Whoever wrote the text reads what they meant, not what
    stands there.

    Bad:
        # EXA-011
        history:
        - {version: "1.0", date: 2026-03-10, by: p-1, type: major, summary: "First version"}

    Good:
        # EXA-011
        history:
        - {version: "1.0", date: 2026-03-10, by: p-3, type: major, summary: "First version"}
    """
    for definition in manual.definitions:
        for i, approval in enumerate(definition.approvals):
            if approval.by in authors(definition, approval.version):
                message = f"`{approval.by}` wrote version {approval.version} and cannot approve it"
                hint = "have it approved by somebody who wrote none of it"
                yield Fault(definition.at("approvals", i, "by"), message, hint)


@rule("APR-003", "approver-not-in-role")
def approver_not_in_role(manual: Manual) -> Iterator[Fault]:
    """An approver was in post and held the role of the approval on that day.

    Why: an approval counts through the role, not the person (5.3). Approvals of earlier versions
    are compared with the holders of their own day, so a later change of staff does no harm.

    Bad:
        # EXA-011
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-4
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"

    Good:
        # EXA-011
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
    """
    for definition in manual.definitions:
        for i, approval in enumerate(definition.approvals):
            place = definition.at("approvals", i, "by")
            yield from holding_faults(manual, definition, approval, place)


def holding_faults(
    manual: Manual, definition: Definition, entry: Approval | Review, place: Location
) -> Iterator[Fault]:
    """Tell when the person of an entry did not hold its role on its day.

    Of a role or a person that no register has, other rules speak (ROL-001, SVC-001), but not for
    what is retired.
    """
    roles, people = manual.registers.roles, manual.registers.people
    for register, id_ in ((roles, entry.role), (people, entry.by)):
        if not register.knows_all_of(id_) and (register.knows(id_) or not definition.is_retired):
            return
    holders = persons_on(manual, entry.role, entry.date)
    if entry.by in holders:
        return
    message = f"`{entry.by}` did not hold the role `{entry.role}` on {entry.date}"
    person = people.get(entry.by)
    if person and person.until and person.until < entry.date:
        message = f"`{entry.by}` had left on {person.until}, before {entry.date}"
    held = f"{quoted(sorted(holders))} did" if holders else "nobody did"
    yield Fault(place, message, f"{held}; correct the entry, or the holders in registers/roles.yml")


@rule("APR-004", "edited-after-approval")
def edited_after_approval(manual: Manual) -> Iterator[Fault]:
    """The definition is, word for word, what was approved: its digest is that of the approval.

    Why: whoever trusts an approved page must get what the approver read. The digest shows an edit
    from the file alone, without the history of the repository. Status, approvals and reviews may
    change; everything else needs a new version. Of earlier approvals only the form is looked at.

    Bad:
        # EXA-011
        synonyms: ["urgency"]
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
          digest: "v1:sha256:78608baa618c89b7725e3891ba428f43d7b01ee07e5b2f31b1d2953909d916dc"

    Good:
        # EXA-011
        synonyms: ["urgency"]
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
          digest: "v1:sha256:5ccea294b642e3cdb6bce73091f58e8ccedf3c48816ea6881a8135c25b1dab2f"
    """
    for definition in manual.definitions:
        in_hand = approval_in_hand(definition)
        for i, approval in enumerate(definition.approvals):
            place = definition.at("approvals", i, "digest")
            if approval.digest is not None and not is_digest(approval.digest):
                yield not_a_digest(approval.digest, place)
            elif approval is in_hand:
                yield from _edited(manual, definition, approval, place)


def not_a_digest(text: str, place: Location) -> Fault:
    """Return the fault of an approval or review with something else in place of a digest."""
    hint = "it is v1:sha256: and 64 digits from 0 to f; `process-manual digest` prints it"
    return Fault(place, f"`{text}` is not a digest", hint)


def _edited(
    manual: Manual, definition: Definition, approval: Approval, place: Location
) -> Iterator[Fault]:
    if approval.digest is None:
        message = f"the approval of version {approval.version} does not say what was approved"
        hint = "`process-manual approve` writes the approval with its digest"
        yield Fault(place, message, hint)
    elif definition.id not in manual.partial and approval.digest != digest_in(manual, definition):
        message = (
            f"edited after approval: this is not what was approved as version "
            f"{approval.version} on {approval.date}"
        )
        option = " --next" if definition.is_coming else ""
        hint = (
            f"a change needs a new version: `process-manual bump {definition.id}{option} …`, then "
            "the approval; or put back the approved text"
        )
        yield Fault(place, message, hint)


@rule("APR-005", "approver-not-entitled")
def approver_not_entitled(manual: Manual) -> Iterator[Fault]:
    """The role of an approval may approve that type of change there, as `manual.yml` says.

    Why: how far a change reaches decides who answers for it. Left to itself, house policy wants
    the owner, and for an editorial change owner or manager; a procedure has both from its process.
    It is a warning for an earlier version, and for a procedure whose process has a later one: the
    owner may have been another then.

    Bad:
        # EXA-010
        approvals:
        - version: "1.1"
          date: 2026-03-20
          by: p-6
          role: cause-lead
          evidence: "https://git.example.gov.uk/manual/pulls/2"

    Good:
        # EXA-010
        approvals:
        - version: "1.1"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/2"
    """
    roles = manual.registers.roles
    for definition in manual.definitions:
        for i, approval in enumerate(definition.approvals):
            change = change_type(definition, approval.version)
            if change is None:
                continue  # APR-001 and LIF-003 speak
            entitled = approvers(manual, definition, change)
            is_owner_missing = not entitled and area_approvers(manual, definition.area, change)
            is_known = all(map(roles.knows, (approval.role, *entitled)))
            if is_known and not is_owner_missing and approval.role not in entitled:
                message = f"`{approval.role}` may not approve a {change} change of {definition.id}"
                may = f"{quoted(entitled, 'or')} may" if entitled else "nobody may"
                yield Fault(
                    definition.at("approvals", i, "role"),
                    message,
                    f"{may}; `approval:` in manual.yml says who",
                    warn=_was_another_day(manual, definition, approval),
                )


def _was_another_day(manual: Manual, definition: Definition, approval: Approval) -> bool:
    """Tell whether the owner may have been another when ``approval`` was given.

    The owner is part of what was approved; that of a procedure, of what its process says.
    """
    parent = manual.parent_of(definition)
    is_parent_later = parent is not None and any(
        entry.version == parent.version and entry.date > approval.date for entry in parent.history
    )
    return approval.version != definition.version or is_parent_later


@rule("APR-006", "consultation-missing", warning=True)
def consultation_missing(manual: Manual) -> Iterator[Fault]:
    """Those who must be asked before a version is approved were asked about this version.

    Why: data protection, security and money are looked at before work begins, not after harm is
    done. A definition names them in `consultees`; records with personal data always need
    information governance. An answer from before the version was written is about another text.

    Bad:
        # EXA-011
        consultees: [security]

    Good:
        # EXA-011
        consultees: [security]
        approvals:
        - version: "1.0"
          date: 2026-03-20
          by: p-1
          role: head-of-it
          evidence: "https://git.example.gov.uk/manual/pulls/3"
          consulted:
          - {consultee: security, date: 2026-03-17, by: p-5}
    """
    for definition in manual.living:
        if approval := approval_in_hand(definition):
            yield from _unasked(definition, approval)


def _unasked(definition: Definition, approval: Approval) -> Iterator[Fault]:
    index = definition.approvals.index(approval)
    written = {entry.version: entry.date for entry in definition.history}.get(approval.version)
    by_date = sorted(enumerate(approval.consulted), key=lambda pair: pair[1].date)
    asked = {each.consultee: j for j, each in by_date}
    for consultee, reason in to_be_asked(definition).items():
        if consultee not in asked:
            message = f"{consultee} was not asked about version {approval.version}{reason}"
            hint = "ask, and add the answer to `consulted` of the approval"
            yield Fault(definition.at("approvals", index, "consulted"), message, hint)
    for consultee, j in asked.items():
        day = approval.consulted[j].date
        if written and day < written:
            message = f"{consultee} answered on {day}, before the version was written on {written}"
            place = definition.at("approvals", index, "consulted", j, "date")
            yield Fault(place, message, "ask about this version, or correct the date")


def to_be_asked(definition: Definition) -> dict[Consultee, str]:
    """Return whom the definition owes a question, each with the reason where it names none.

    The reason is a clause that ends a sentence about the definition, and empty for `consultees`.
    """
    owed = dict.fromkeys(definition.consultees, "")
    if any(record.personal_data for record in definition.records):
        owed.setdefault(Consultee.INFORMATION_GOVERNANCE, ", which has records with personal data")
    return owed
