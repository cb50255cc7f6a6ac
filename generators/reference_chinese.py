"""The Chinese of docstrings that only the reference shows; the studio's words have the rest."""

from __future__ import annotations

from collections.abc import Mapping

CHINESE: Mapping[str, str] = {
    "A tag or flag: its title and the hue of its chip.": "标签或警示标记：名称和颜色",
    "The fields of one sort of people.": "某一类人的字段",
    "Who reads what is in a category; all that is said has to hold.": (
        "谁能看分类里的内容；写的每一项都要成立"
    ),
    "A category of articles.": "文章的分类",
    "A ticket type as requesters meet it; these are the rights of the role `requester`.": (
        "提交人看到的工单类型；这里写的就是角色 `requester` 的权限"
    ),
    "The subject of a ticket: asked for, or made from its fields.": "工单标题：询问或由字段生成",
    "The description of a ticket.": "工单描述",
    "A rule over several fields.": "跨几个字段的规则",
    "A part of the form with a heading.": "表单里带标题的一节",
    "The way a ticket takes.": "工单走的流程",
    "A state of the workflow.": "流程中的一个状态",
    "A move from one state to another.": "从一个状态到另一个的流转",
    "What a role may do with the tickets of one type.": "角色对某一类型的工单能做什么",
    "One value of a record.": "记录的一个值",
    "One option of a choice; may be written as its title alone.": "一个选项；可以只写名称",
    "Rows of cells: what is looked at, then what is decided.": "一行行单元格：先看什么，再定什么",
    "One rule: a condition and what it decides.": "一条规则：条件和它决定的内容",
    "What routing decides.": "路由决定的内容",
    "A clock: what starts, stops, pauses and resets it.": "时钟：什么使它开始、停止、暂停和重置",
    "Rows of cells: what is looked at, then the target of each clock.": (
        "一行行单元格：先看什么，再写每个时钟的目标"
    ),
    "What happens before a clock runs out.": "时钟到期之前发生什么",
    "A question to the requester once the ticket is solved, answered by a mark and words.": (
        "工单解决后向提交人提的问题，以评分和文字回答"
    ),
    "One ticket for each record of a source.": "为数据源的每条记录生成一张工单",
    "A value of a record that grows, such as run hours.": "记录中不断增长的值，如运行小时",
    "The ticket that is made.": "生成的工单",
    "A day that comes again, and the hour on it.": "周期性的日期和钟点",
    "What starts an automation: exactly one of these.": "由什么启动自动化：恰好写其中一项",
    "Several events of one sort with the same values, within a time.": (
        "一段时间内、某些值相同的同类事件"
    ),
    "Events of several sorts that belong together.": "几类相关的事件",
    "One event of a pattern.": "模式中的一个事件",
    "The time a report looks at.": "报表看的时间范围",
    "What tickets are grouped by.": "工单按什么分组",
    "The time between two moments of a ticket; may be written as one path to a number.": (
        "工单两个时刻之间的时间；也可以只写一个数字字段的路径"
    ),
    "One report on a dashboard.": "仪表盘上的一张报表",
    "How times are written in the file.": "文件里的时间怎么写",
    "Where a column goes.": "一列去哪里",
    "What is proved for all tickets, not tried with some.": "对所有工单证明，而不是拿几张试",
    "One step of a case: one thing that is done, or time that passes.": "一步：做一件事，或等一会",
    "A person of a test: what the directory would say about them.": "测试里的人：通讯录会怎样写他",
    "A rule over the specs themselves.": "对规格本身的一条规则",
    "One move: exactly one of `rename`, `map`, `retire` and `convert`, with what it is about.": (
        "一步迁移：`rename`、`map`、`retire`、`convert` 恰好写一个，以及针对什么"
    ),
    "Guard rails for publishing: which changes a second person has to approve.": (
        "发布的护栏：哪些更改须由第二人审批"
    ),
    "What routing decides about a ticket.": "路由对工单的决定",
    "One ticket, what happens to it, and what is expected.": "一张工单、发生的事，以及预期",
    "One case for each of several values.": "几个值各成一个用例",
    "What the field holds.": "字段放什么",
    "One line of text.": "一行文字",
    "Several lines of text.": "多行文字",
    "Text with headings, lists and links.": "带标题、列表和链接的文字",
    "A whole number.": "整数",
    "An exact number with decimal places.": "带小数的精确数字",
    "An amount of money, exact.": "金额，精确",
    "Yes or no.": "是或否",
    "A day.": "日期",
    "A moment.": "日期和时间",
    "A span of time.": "一段时长",
    "One of several options.": "几个选项中的一个",
    "Any of several options.": "几个选项中的任意多个",
    "A node of a tree of options, chosen level by level.": "选项树的一个节点，逐级选择",
    "A mail address.": "邮箱地址",
    "A telephone number.": "电话号码",
    "A web address.": "网址",
    "A person of the tenant.": "租户里的一个人",
    "A team of the tenant.": "租户里的一个团队",
    "A record of a source, kept with a snapshot of its values.": "数据源的一条记录，连同当时的值",
    "Another ticket.": "另一张工单",
    "Uploaded files.": "上传的文件",
    "Uploaded pictures.": "上传的图片",
    "A rating in stars.": "星级评分",
    "A place: an address, with coordinates where they are known.": "地点：地址，已知时带坐标",
    "Rows of sub-fields, such as a list of parts.": "由子字段组成的行，例如配件清单",
    "A heading between fields; it holds nothing.": "字段之间的小标题；不存内容",
    "Where a field stands among the others.": "字段排在哪里",
    "A node of a tree of options; may be written as its title alone.": (
        "选项树的一个节点；可以只写名称"
    ),
    "A pack that the tenant uses; its files stand in `packs/<id>/`.": (
        "租户使用的一个包；文件在 `packs/<id>/` 里"
    ),
    "A value that every tenant may set for itself; specs name it as `$input.<id>`.": (
        "每个租户可以自己设的一个值；规格里写 `$input.<id>`"
    ),
    "One value of an input that is chosen.": "可选参数的一个值",
    "A mailbox that is read over IMAP.": ("用 IMAP 读取的邮箱"),
    "Where a value comes from: a place in the message, words that are found in it, or fixed.": (
        "值从哪里来：消息里的一个位置、在其中找到的文字，或固定值"
    ),
    "Who a JSON message is from.": ("JSON 消息来自谁"),
    "What a message becomes when something is true of it.": ("消息满足某个条件时变成什么"),
    "A setting of the tenant, by name; its value is written in the studio, per environment.": (
        "租户的一项设置，写名称；值在工作室里按环境填写"
    ),
    "A secret of the tenant, by name; its value is written once and never shown.": (
        "租户的一个密钥，写名称；值只写入，从不显示"
    ),
    "A text that is fixed, or that a setting or secret of the tenant holds.": (
        "一段文本：写死，或由租户的设置、密钥存放"
    ),
    "A name and a password.": "用户名和密码",
    "OAuth2 client credentials: a token is fetched, and kept until it ends.": (
        "OAuth2 客户端凭据：取一个令牌，用到它失效"
    ),
    "How the system knows us; one of the three.": "系统怎样认出我们；三选一",
    "How one record is asked for.": "怎样查一条记录",
    "How records are searched for.": "怎样搜索记录",
    "Something written back, by the action `call`.": "由动作 `call` 回写的内容",
}
