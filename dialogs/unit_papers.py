"""What a unit contact sends out and in: links for engineers, the stamped scan; and enterprises that are one."""

from dialogs.cards import Input, Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import (
    InviteEngineers,
    KeepScan,
    MergeEnterprises,
    RevokeLinks,
)
from dialogs.questions import Option, Question
from dialogs.readers import choice_only, file_only
from dialogs.script import Finish, Script
from dialogs.units import PAGE, again, desk_of, plain
from domain.vocabulary import Language


def _for_whom(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    projects = (
        (f"{each.record.name}（{enterprise.record.name}）", each.id)
        for enterprise in (desk.enterprises if desk is not None else ())
        for each in enterprise.projects
    )
    return (
        Option(label=Line(key="unit_invite_for.value.unit"), value="unit"),
        *(Option(label=plain(name), value=str(number)) for name, number in projects),
        Option(label=Line(key="unit_invite_for.value.revoke"), value="revoke", aside=True),
    )


def _invite(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    whom = str(thread.value("unit_invite_for"))
    if whom == "revoke":
        return Finish(effects=(RevokeLinks(desk.id),), side=again(thread))
    project = None if whom == "unit" else int(whom)
    return Finish(effects=(InviteEngineers(desk.id, project),), lines=(Line(key="link.started"),), side=again(thread))


INVITE = Script(
    id="unit_invite",
    questions=(Question(id="unit_invite_for", reads=choice_only, options=_for_whom),),
    last="unit_invite_for",
    finish=_invite,
)


def _scan(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    return Finish(effects=(KeepScan(desk.id, tuple(str(thread.value("unit_scan_file")).split())),), side=again(thread))


SCAN = Script(
    id="unit_scan",
    questions=(Question(id="unit_scan_file", reads=file_only, input=Input.FILE, reads_files=True),),
    last="unit_scan_file",
    finish=_scan,
)


def _pairs(thread: Thread, context: Context, _: str, __: Language) -> tuple[Option, ...]:
    desk = desk_of(thread, context)
    if desk is None:
        return ()
    return tuple(
        Option(
            label=Line(key="unit.merge_pair", args={"gone": each.record.name, "kept": other.record.name}),
            value=f"{other.id} {each.id}",
        )
        for each in desk.enterprises
        for number in each.near
        if (other := desk.enterprise(number)) is not None
    )[: 2 * PAGE]


def _merge(thread: Thread, context: Context) -> Finish:
    desk = desk_of(thread, context)
    if desk is None:
        return Finish()
    kept, gone = (int(each) for each in str(thread.value("unit_merge_pair")).split())
    return Finish(effects=(MergeEnterprises(desk.id, kept, gone),), side=again(thread))


MERGE = Script(
    id="unit_merge",
    questions=(Question(id="unit_merge_pair", reads=choice_only, options=_pairs),),
    last="unit_merge_pair",
    finish=_merge,
)
