"""Edits of the shop, one a case, with the changes that they are."""

from __future__ import annotations

SEE, HINGE = "see: { teams: $my.teams }", "door: { title: Door, children: { hinge: Hinge } }"
PHOTO = "{ type: files, label: Photo, accept: [image/*], show_when: { reason: damaged } }"
ROWS = ("big: [any, over 300, finance, high]", "late: [late, any, service, low]")
APPROVE = "approve: { from: submitted, to: paying, by: "
REFUND, AGENT, ROUTES = "types/refund.yaml", "roles/agent.yaml", "routing/refund.yaml"
SLA = "sla/refund.yaml"

# name, edits (file, was, becomes), the changes as `class op path: before → after`
CASES: list[tuple[str, list[tuple[str, str, str]], list[str]]] = [
    ("nothing", [], []),
    (
        "label",
        [(REFUND, "label: Reason", "label: Why")],
        ["cosmetic set refund.fields.reason.label.en: Reason → Why"],
    ),
    (
        "translation",
        [(REFUND, "zh-CN: 退款", "zh-CN: 退钱")],
        ["cosmetic set refund.title.zh-CN: 退款 → 退钱"],
    ),
    (
        "short form in full",
        [
            (REFUND, "late: Late,", "late: { title: { en: Late } },"),
            (REFUND, "include: contact", "include: [contact]"),
            (REFUND, "accept: [image/*]", "accept: image/*"),
            (
                REFUND,
                "show_when: { reason: damaged }",
                "show_when: { reason: { one_of: [damaged] } }",
            ),
        ],
        [],
    ),
    ("a default written out", [(REFUND, "label: Photo,", "label: Photo, required: false,")], []),
    ("note and comment", [(REFUND, "prefix: RF", "prefix: RF # why\n        note: hello")], []),
    ("spaces in a cell", [(ROUTES, "over 300", "'over  300'")], []),
    (
        "option added",
        [(REFUND, "late: Late,", "late: Late, lost: Lost,")],
        ["additive add refund.fields.reason.options.lost:  → "],
    ),
    (
        "option removed",
        [(REFUND, "regret: Changed my mind", "")],
        ["breaking remove refund.fields.reason.options.regret:  → "],
    ),
    (
        "options in another order",
        [(REFUND, "damaged: Damaged, late: Late,", "late: Late, damaged: Damaged,")],
        ["cosmetic move refund.fields.reason.options.late: 2 → 1"],
    ),
    (
        "node of a tree removed",
        [(REFUND, HINGE, "door: Door")],
        ["breaking remove refund.fields.parts.options.door.children.hinge:  → "],
    ),
    (
        "tighter limit",
        [(REFUND, "max: 500", "max: 450")],
        ["tightening set refund.fields.amount.max: 500 → 450"],
    ),
    (
        "wider limit",
        [(REFUND, "max: 500", "max: 500.5")],
        ["additive set refund.fields.amount.max: 500 → 500.5"],
    ),
    (
        "no limit",
        [(REFUND, ", max: 500", "")],
        ["additive remove refund.fields.amount.max: 500 → "],
    ),
    (
        "higher least",
        [(REFUND, "min: 1,", "min: 2,")],
        ["tightening set refund.fields.amount.min: 1 → 2"],
    ),
    (
        "required",
        [(REFUND, "label: Amount,", "label: Amount, required: true,")],
        ["tightening set refund.fields.amount.required: false → true"],
    ),
    (
        "no longer required",
        [(REFUND, "required: true", "required: false")],
        ["additive set refund.fields.reason.required: true → false"],
    ),
    (
        "other files",
        [(REFUND, "accept: [image/*]", "accept: [image/png, image/*]")],
        ["additive add refund.fields.photo.accept.0:  → image/png"],
    ),
    (
        "all files",
        [(REFUND, "accept: [image/*], ", "")],
        ["additive remove refund.fields.photo.accept: image/* → "],
    ),
    (
        "type of a field",
        [(REFUND, "iban: { type: text, label: IBAN", "iban: { type: integer, label: IBAN")],
        ["convert set refund.fields.iban.type: text → integer"],
    ),
    (
        "currency",
        [(REFUND, "currency: CNY", "currency: EUR")],
        ["convert set refund.fields.amount.currency: CNY → EUR"],
    ),
    (
        "no longer sensitive",
        [(REFUND, "label: IBAN, sensitive: true", "label: IBAN")],
        ["widens set refund.fields.iban.sensitive: true → false"],
    ),
    (
        "shown when",
        [(REFUND, "show_when: { reason: damaged }", "show_when: { reason: [damaged, late] }")],
        [
            "behaviour set refund.fields.photo.show_when: { reason: damaged } → "
            "{ reason: [damaged, late] }"
        ],
    ),
    (
        "field added",
        [(REFUND, "iban: {", "box: { type: text }\n          iban: {")],
        ["additive add refund.fields.box:  → text"],
    ),
    (
        "required field added",
        [(REFUND, "iban: {", "box: { type: text, required: true }\n          iban: {")],
        ["tightening add refund.fields.box:  → text, required"],
    ),
    (
        "field removed",
        [(REFUND, f"photo: {PHOTO}", "")],
        ["breaking remove refund.fields.photo: files → "],
    ),
    (
        "check",
        [(REFUND, "amount <= 400 ||", "amount <= 350 ||")],
        [
            "tightening set refund.checks.small.must: amount <= 400 || reason == 'late' → "
            "amount <= 350 || reason == 'late'"
        ],
    ),
    (
        "state added",
        [
            (REFUND, "done: {", "gone: { phase: closed }\n            done: {"),
            (REFUND, "pay: {", "leave: { from: paying, to: gone, by: agent }\n            pay: {"),
        ],
        [
            "additive add refund.workflow.states.gone:  → ",
            "additive add refund.workflow.transitions.leave:  → ",
        ],
    ),
    (
        "limit of a state",
        [(REFUND, "limit: 8h", "limit: 6h")],
        ["retimed set refund.workflow.states.paying.limit: 8h → 6h"],
    ),
    (
        "who may move",
        [(REFUND, f"{APPROVE}agent }}", f"{APPROVE}chief }}")],
        [
            "narrows remove refund.workflow.transitions.approve.by.0: agent → ",
            "widens add refund.workflow.transitions.approve.by.0:  → chief",
        ],
    ),
    (
        "needs more",
        [(REFUND, "needs: [reason]", "needs: [reason, photo]")],
        ["tightening add refund.workflow.transitions.pay.needs.1:  → photo"],
    ),
    (
        "sees all",
        [(AGENT, SEE, "see: {}")],
        ["widens set agent.types.refund.see: { teams: $my.teams } → {}"],
    ),
    (
        "sees less",
        [(AGENT, SEE, "see: { teams: $my.teams, phase: new }")],
        [
            "narrows set agent.types.refund.see: { teams: $my.teams } → "
            "{ teams: $my.teams, phase: new }"
        ],
    ),
    (
        "sees others",
        [(AGENT, SEE, "see: { requester: $me }")],
        ["widens set agent.types.refund.see: { teams: $my.teams } → { requester: $me }"],
    ),
    ("the same rows in other words", [(AGENT, SEE, "see: { all: [{ teams: $my.teams }] }")], []),
    (
        "does less",
        [(AGENT, "do: [comment, note]", "do: [comment]")],
        ["narrows set agent.types.refund.do: comment, note → comment"],
    ),
    (
        "reads less",
        [(AGENT, "fields: { amount: read }", "fields: { amount: hidden }")],
        ["narrows set agent.types.refund.fields.amount: read → hidden"],
    ),
    (
        "functions",
        [(AGENT, "functions: [export]", "functions: [export, view_audit]")],
        ["widens add agent.functions.1:  → view_audit"],
    ),
    (
        "inherits nothing",
        [("roles/chief.yaml", ", inherits: agent", "")],
        ["narrows remove chief.inherits.0: agent → "],
    ),
    (
        "portal",
        [("portal.yaml", "do: [comment]", "do: [comment, note]")],
        ["widens set portal.types.refund.do: comment → comment, note"],
    ),
    (
        "tickets of one's organisation",
        [("portal.yaml", "do: [comment],", "do: [comment], see: organisation,")],
        ["widens set portal.types.refund.see: own → organisation"],
    ),
    (
        "doors of the portal",
        [("portal.yaml", "title: Help", "title: Help\n        guests: true")],
        ["widens set portal.guests: false → true"],
    ),
    (
        "cell",
        [(ROUTES, "over 300", "over 200")],
        ["behaviour set refund.table.rows.big.1: over 300 → over 200"],
    ),
    (
        "order of rows",
        [(ROUTES, f"{ROWS[0]}\n            {ROWS[1]}", f"{ROWS[1]}\n            {ROWS[0]}")],
        ["behaviour move refund.table.rows.late: 2 → 1"],
    ),
    ("target", [(SLA, "high, 1h", "high, 2h")], ["retimed set refund.table.rows.high.1: 1h → 2h"]),
    (
        "hours",
        [("calendars/office.yaml", "tue: 09:00-18:00", "tue: 09:00-17:00")],
        ["retimed set office.hours.tue: 09:00-18:00 → 09:00-17:00"],
    ),
    (
        "filter of a view",
        [("views/open.yaml", "phase: [new, active]", "phase: new")],
        ["cosmetic set open.filter: { phase: [new, active] } → { phase: new }"],
    ),
    (
        "measure removed",
        [("reports/volume.yaml", "tickets: { of: count }", "every: { of: count }")],
        ["additive add volume.measures.every:  → ", "breaking remove volume.measures.tickets:  → "],
    ),
    (
        "automation",
        [("automations/urgent.yaml", "more_than: 400", "more_than: 300")],
        [
            "behaviour set urgent.when: { amount: { more_than: 400 } } → "
            "{ amount: { more_than: 300 } }"
        ],
    ),
    (
        "guard rails",
        [("tenant.yaml", "skills:", "publishing: { approval: breaking }\n        skills:")],
        ["widens add tenant.publishing.approval.0:  → breaking"],
    ),
    ("tag", [("tenant.yaml", ", gift: Gift", "")], ["breaking remove tenant.tags.gift:  → "]),
]
