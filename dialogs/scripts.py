"""Every script by its id: what a stored conversation's threads refer to."""

from dialogs.asks import ASK
from dialogs.briefing import BRIEF
from dialogs.broadcast import BROADCAST
from dialogs.forms import FORM
from dialogs.intake import INTAKE
from dialogs.own_data import FORGET, RESTORE
from dialogs.review import ANSWERING, REVIEW
from dialogs.script import Script
from dialogs.secretariat import EXPORT
from dialogs.unit_papers import INVITE, MERGE, SCAN
from dialogs.unit_people import PEOPLE
from dialogs.unit_works import WORKS
from dialogs.units import UNIT

SCRIPTS: dict[str, Script] = {
    each.id: each
    for each in (
        *(INTAKE, EXPORT, ASK, FORGET, RESTORE, BRIEF, BROADCAST, REVIEW, ANSWERING),
        *(UNIT, PEOPLE, WORKS, INVITE, SCAN, MERGE, FORM),
    )
}
