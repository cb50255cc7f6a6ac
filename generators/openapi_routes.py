"""The routes of the REST API as data: what each does, takes, answers and which scope it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Words = tuple[str, str]
"""English and Chinese."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path under `/api/v1`.

    `body` and `answer` name schemas; `also` are statuses it has besides those of all.
    """

    method: str
    path: str
    id: str
    tag: str
    does: Words
    scope: str = ""
    query: tuple[str, ...] = ()
    body: str = ""
    answer: str = ""
    status: int = 200
    also: tuple[int, ...] = ()

    @property
    def takes_key(self) -> bool:
        """Whether an Idempotency-Key makes it happen once."""
        return self.method == "post" and self.body != "bytes"


TAGS: Final[Mapping[str, Words]] = {
    "tickets": ("Tickets", "工单"),
    "talk": ("Replies, files and history", "回复、文件与历史"),
    "steps": ("Steps", "流转"),
    "together": ("Tickets that belong together", "关联的工单"),
    "beside": ("Visits and time spent", "上门与工时"),
    "people": ("People", "人员"),
    "articles": ("Articles", "知识库文章"),
    "desk": ("Types, views and reports", "类型、视图与报表"),
    "specs": ("Specs", "规格"),
}

_R, _W = "tickets:read", "tickets:write"
_T = "/tickets/{number}"
_LIST: Final = ("where", "q", "type", "sort", "fields", "limit", "cursor", "count")

OPERATIONS: Final = (
    Operation("get", "/tickets", "listTickets", "tickets",
              ("List tickets by condition and words, page by page", "按条件和词语逐页列出工单"),
              _R, _LIST, answer="TicketPage"),
    Operation("post", "/tickets", "openTicket", "tickets",
              ("Open a ticket", "新建工单"), _W, body="NewTicket", answer="TicketOrUrl",
              status=201),
    Operation("get", _T, "readTicket", "tickets",
              ("Read a ticket", "读取工单"), _R, answer="Ticket", also=(304,)),
    Operation("patch", _T, "changeTicket", "tickets",
              ("Change fields of a ticket", "修改工单字段"), _W, body="TicketChange",
              answer="TicketOrUrl", also=(409, 412)),
    Operation("get", f"{_T}/comments", "listComments", "talk",
              ("List replies and notes, oldest first", "按先后列出回复和备注"), _R,
              ("limit", "cursor"), answer="CommentPage"),
    Operation("post", f"{_T}/comments", "addComment", "talk",
              ("Reply, or note something for colleagues", "回复，或为同事写备注"), _W,
              body="NewComment", answer="CommentOrUrl", status=201, also=(412,)),
    Operation("get", f"{_T}/history", "listHistory", "talk",
              ("List what happened, oldest first", "按先后列出发生的事"), _R,
              ("limit", "cursor"), answer="HistoryPage"),
    Operation("get", f"{_T}/attachments", "listAttachments", "talk",
              ("List the files of a ticket", "列出工单的文件"), _R, answer="AttachmentList"),
    Operation("post", "/files", "uploadFile", "talk",
              ("Hold a file until a ticket or a reply names its token",
               "上传文件，待工单或回复引用其令牌"), _W, ("name",), body="bytes", answer="Upload",
              status=201),
    Operation("get", "/files/{token}", "downloadFile", "talk",
              ("Download a file", "下载文件"), _R, answer="bytes"),
    Operation("get", f"{_T}/transitions", "listTransitions", "steps",
              ("List the ways on from the present state, with what each needs",
               "列出当前状态可走的流转及所需内容"), _R, answer="TransitionList"),
    Operation("post", f"{_T}/transitions/{{transition}}", "takeTransition", "steps",
              ("Take a transition; 202 where others have to approve it first",
               "执行流转；需先审批时返回 202"), _W, body="Move", answer="TicketOrUrl",
              also=(202, 412)),
    Operation("post", f"{_T}/approval", "answerApproval", "steps",
              ("Approve, refuse or withdraw what waits for approval",
               "批准、拒绝或撤回待审批的请求"),
              _W, body="Answer", answer="TicketOrUrl", also=(412,)),
    Operation("post", f"{_T}/assignment", "assignTicket", "steps",
              ("Give a ticket to somebody, or over to a team", "分派工单，或转交团队"), _W,
              body="Assignment", answer="TicketOrUrl", also=(412,)),
    Operation("post", f"{_T}/labels", "labelTicket", "steps",
              ("Set the priority and add tags", "设置优先级并添加标签"), _W, body="Labels",
              answer="TicketOrUrl", also=(412,)),
    Operation("post", f"{_T}/macros/{{macro}}", "useMacro", "steps",
              ("Do what a macro says", "执行宏"), _W, body="Nothing", answer="TicketOrUrl",
              also=(412,)),
    Operation("post", f"{_T}/rating", "rateTicket", "steps",
              ("Rate how a ticket was solved", "评价工单的解决"), _W, body="Rating",
              answer="TicketOrUrl", also=(412,)),
    Operation("get", f"{_T}/relations", "readRelations", "together",
              ("Read its parts, merged tickets, links and watchers",
               "读取子工单、合并工单、关联与关注人"), _R, answer="Relations"),
    Operation("post", f"{_T}/parts", "putPart", "together",
              ("Make a ticket a part of it, or take it out", "添加或移出子工单"), _W, body="Part",
              answer="RelationsOrUrl"),
    Operation("post", f"{_T}/merge", "mergeTicket", "together",
              ("End it in another ticket", "并入另一张工单"), _W, body="Merge",
              answer="RelationsOrUrl"),
    Operation("post", f"{_T}/unmerge", "unmergeTicket", "together",
              ("Undo its merge", "撤销合并"), _W, body="Nothing", answer="RelationsOrUrl"),
    Operation("post", f"{_T}/links", "linkTicket", "together",
              ("Link another ticket, or take the link away", "关联或取消关联另一张工单"), _W,
              body="Link", answer="RelationsOrUrl"),
    Operation("post", f"{_T}/watchers", "watchTicket", "together",
              ("Let somebody watch it, or no longer", "添加或移除关注人"), _W, body="Watcher",
              answer="RelationsOrUrl"),
    Operation("post", f"{_T}/split", "splitTicket", "together",
              ("Make a ticket of some of what was said", "把部分对话拆分成工单"), _W,
              body="SplitOff", answer="TicketOrUrl", status=201),
    Operation("get", f"{_T}/visits", "listVisits", "beside",
              ("List its visits; whoever does not work here is told of those to come",
               "列出上门；外部人员只看到将要进行的"), _R, answer="VisitList"),
    Operation("post", f"{_T}/visits", "planVisit", "beside",
              ("Plan a visit", "安排上门"), _W, body="NewVisit", answer="VisitOrUrl", status=201),
    Operation("patch", f"{_T}/visits/{{visit}}", "moveVisit", "beside",
              ("Plan it for another time, person or place", "改约时间、人员或地点"), _W,
              body="VisitChange", answer="VisitOrUrl"),
    Operation("post", f"{_T}/visits/{{visit}}/end", "endVisit", "beside",
              ("Say that it took place, was missed or is cancelled", "记为已上门、没有碰上或取消"),
              _W, body="VisitEnd", answer="VisitOrUrl"),
    Operation("get", f"{_T}/time", "listTime", "beside",
              ("List the time booked on it, for those who work here",
               "列出登记的工时，仅供工作人员"),
              _R, answer="BookingList"),
    Operation("post", f"{_T}/time", "bookTime", "beside",
              ("Book one's own work", "登记自己的工时"), _W, body="NewBooking",
              answer="BookingOrUrl", status=201),
    Operation("post", f"{_T}/time/{{entry}}/undo", "takeTimeBack", "beside",
              ("Take back what one booked", "撤回自己登记的工时"), _W, body="Nothing",
              answer="BookingListOrUrl"),
    Operation("get", "/people", "listPeople", "people",
              ("Find people by name, e-mail or phone", "按姓名、邮箱或电话查找人员"), "people:read",
              ("q", "kind", "limit", "cursor"), answer="PersonPage"),
    Operation("post", "/people", "addPerson", "people",
              ("Add a person; their sign-in is made elsewhere", "添加人员；登录另行设置"),
              "people:write", body="PersonChange", answer="PersonOrUrl", status=201),
    Operation("get", "/people/{person}", "readPerson", "people",
              ("Read a person", "读取人员"), "people:read", answer="Person"),
    Operation("patch", "/people/{person}", "changePerson", "people",
              ("Change a person", "修改人员"), "people:write", body="PersonChange",
              answer="PersonOrUrl"),
    Operation("get", "/organisations", "listOrganisations", "people",
              ("Find organisations by name or mail domain", "按名称或邮箱域名查找组织"),
              "people:read",
              ("q", "limit", "cursor"), answer="OrganisationPage"),
    Operation("post", "/organisations", "addOrganisation", "people",
              ("Add an organisation", "添加组织"), "people:write", body="OrganisationChange",
              answer="OrganisationOrUrl", status=201),
    Operation("get", "/organisations/{organisation}", "readOrganisation", "people",
              ("Read an organisation", "读取组织"), "people:read", answer="Organisation"),
    Operation("patch", "/organisations/{organisation}", "changeOrganisation", "people",
              ("Change an organisation", "修改组织"), "people:write", body="OrganisationChange",
              answer="OrganisationOrUrl"),
    Operation("get", "/articles", "listArticles", "articles",
              ("Find articles by words, or list those of a category; states but published are for "
               "who writes them", "按词语查找文章，或列出某分类的文章；未发布的状态仅供编写者"),
              "articles:read", ("q", "state", "category", "locale", "limit", "cursor"),
              answer="ArticlePage"),
    Operation("post", "/articles", "writeArticle", "articles",
              ("Keep a new article as a draft", "新建文章草稿"), "articles:write",
              body="NewArticle", answer="ArticleOrUrl", status=201),
    Operation("get", "/articles/{article}", "readArticle", "articles",
              ("Read an article by id or slug", "按编号或地址读取文章"), "articles:read",
              ("locale",), answer="Article"),
    Operation("patch", "/articles/{article}", "changeArticle", "articles",
              ("Write the next version of an article; readers go on seeing what is published",
               "写文章的下一版；读者仍看到已发布的内容"), "articles:write", body="ArticleChange",
              answer="ArticleOrUrl", also=(409,)),
    Operation("post", "/articles/{article}/steps/{step}", "stepArticle", "articles",
              ("Send an article for review, publish, return, retire or reopen it",
               "送审、发布、退回、下架或重新起草文章"), "articles:write", body="Nothing",
              answer="ArticleOrUrl"),
    Operation("get", "/me", "readMe", "desk",
              ("Whom the token acts for, and how far it reaches", "令牌代表谁，能做什么"),
              answer="Me"),
    Operation("get", "/types", "listTypes", "desk",
              ("List the ticket types", "列出工单类型"), _R, answer="TypeList"),
    Operation("get", "/types/{type_id}", "readType", "desk",
              ("Read a type with its JSON Schema", "读取类型及其 JSON Schema"), _R, answer="Type"),
    Operation("get", "/views", "listViews", "desk",
              ("List the views", "列出视图"), _R, answer="ViewList"),
    Operation("get", "/views/{view_id}/tickets", "listViewTickets", "desk",
              ("List the tickets of a view", "列出视图中的工单"), _R, _LIST, answer="TicketPage"),
    Operation("get", "/reports", "listReports", "desk",
              ("List the reports", "列出报表"), "reports:read", answer="ReportList"),
    Operation("get", "/reports/{report_id}", "runReport", "desk",
              ("Run a report", "运行报表"), "reports:read", ("days",), answer="Report"),
    Operation("get", "/specs", "listRevisions", "specs",
              ("List the revisions, newest first", "按新旧列出版本"), "specs:read", ("before",),
              answer="RevisionList"),
    Operation("post", "/specs/validate", "validateSpecs", "specs",
              ("Check a folder of specs", "检查规格文件夹"), "specs:read", body="Specs",
              answer="Judgement"),
    Operation("post", "/specs/plan", "planSpecs", "specs",
              ("Plan what publishing a folder would change and need", "计划发布的变化与所需"),
              "specs:read", body="Specs", answer="PlanAnswer"),
    Operation("post", "/specs/publish", "publishSpecs", "specs",
              ("Publish a folder of specs", "发布规格文件夹"), "specs:publish",
              ("base", "message", "ask"), body="Specs", answer="Published", also=(409,)),
    Operation("get", "/openapi.json", "readDocument", "desk",
              ("This document", "本文档"), answer="Document"),
)  # fmt: skip

QUERY: Final[Mapping[str, tuple[dict[str, Any], Words]]] = {
    "where": (
        {"type": "string", "maxLength": 3500},
        ("A condition as JSON, such as {\"phase\": [\"new\", \"active\"]}",
         "JSON 形式的条件，如 {\"phase\": [\"new\", \"active\"]}"),
    ),
    "q": ({"type": "string", "maxLength": 200}, ("Words to look for", "要查找的词语")),
    "type": ({"type": "string", "maxLength": 40}, ("Only tickets of this type", "仅此类型")),
    "sort": (
        {"type": "string", "maxLength": 200},
        ("Names to sort by, at most four, a comma between, - before one that falls",
         "排序字段，最多四个，以逗号分隔，降序加 -"),
    ),
    "fields": (
        {"type": "string", "maxLength": 1000},
        ("Only these names and fields, a comma between", "只要这些名称和字段，以逗号分隔"),
    ),
    "limit": (
        {"type": "integer", "minimum": 1, "maximum": 200, "default": 50},
        ("So many entries a page", "每页条数"),
    ),
    "cursor": (
        {"type": "string", "maxLength": 2000},
        ("Where the page begins, from `next` of the one before", "页的起点，取自上一页的 `next`"),
    ),
    "count": ({"type": "boolean"}, ("Count all, up to 1001", "计数，至多 1001")),
    "name": ({"type": "string", "minLength": 1, "maxLength": 300}, ("The file's name", "文件名")),
    "kind": ({"enum": ["staff", "customer"]}, ("Only people of this kind", "仅此类人员")),
    "state": (
        {"enum": ["draft", "review", "published", "retired"]},
        ("Only articles in this state, as those who write them see them",
         "仅此状态的文章，按编写者所见"),
    ),
    "category": ({"type": "string", "maxLength": 40}, ("Only this category", "仅此分类")),
    "locale": (
        {"type": "string", "maxLength": 35},
        ("One of the tenant's languages, such as en", "租户的一种语言，如 zh-CN"),
    ),
    "days": (
        {"type": "integer", "minimum": 0, "maximum": 3660},
        ("So many days up to now, in the place of a period that slides", "以此天数代替滑动的时段"),
    ),
    "before": (
        {"type": "integer", "minimum": 0, "maximum": 99_999_999},
        ("Go on under this number", "从此编号往前"),
    ),
    "base": (
        {"type": "string", "pattern": "^(v?[0-9]{1,8}|any)$"},
        ("The revision it was made from; any publishes over whatever is live",
         "所基于的版本；any 则覆盖当前版本"),
    ),
    "message": ({"type": "string", "maxLength": 1000}, ("Why, for the history", "原因，记入历史")),
    "ask": (
        {"type": "boolean"},
        ("Tell those who may approve what is missing", "通知有权批准的人"),
    ),
}  # fmt: skip
NEEDED: Final = frozenset({"name", "base"})
