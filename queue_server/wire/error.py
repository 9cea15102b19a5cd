"""Everything that can be refused or can fail, each with a stable code, whose fault it is, and what to do, in two languages.

A code is a promise to other programs and never changes its meaning. What a code means over HTTP stands in `api/status.py`, not
here: a refusal is a fact of the hall, not of a transport.

    Refusal               one of the codes below, with its data
"""

from typing import Any

import msgspec

from queue_server.wire.code import CASES, Code, Fault, code
from queue_server.wire.ticket import Text

__all__ = ["CODES", "Code", "ErrorBody", "Fault", "Refusal"]

CODES: dict[str, Code] = {
    # the request itself
    "request.malformed": code(
        "caller",
        "请求不是有效的JSON，请检查后重发。",
        "The request is not valid JSON; correct it and send it again.",
    ),
    "request.invalid": code(
        "caller", "请求内容有误：{fault}。", "The request is not as it should be: {fault}."
    ),
    "request.too_large": code(
        "caller",
        "请求超过{limit_bytes}字节，请缩短后重发。",
        "The request exceeds {limit_bytes} bytes; send a shorter one.",
    ),
    "request.unknown_route": code(
        "caller", "没有这个地址，请查看接口文档。", "There is no such address; see the API document."
    ),
    "request.method": code("caller", "该地址不支持此方法。", "This address does not take that method."),
    "request.too_many": code(
        "caller",
        "请求过于频繁，请{wait_s}秒后再试。",
        "Too many requests; try again in {wait_s} seconds.",
    ),
    "reason.required": code("caller", "请填写原因后再操作。", "State a reason and try again."),
    "idempotency.bad_key": code(
        "caller", "幂等键须为1至128个可见字符。", "An idempotency key is 1 to 128 visible characters."
    ),
    "idempotency.reused": code(
        "caller",
        "该幂等键已用于另一请求，请换新键。",
        "This idempotency key was used for another request; use a new one.",
    ),
    # who is asking
    "auth.missing": code("caller", "请先登录。", "Sign in first."),
    "auth.invalid": code(
        "caller", "登录已失效，请重新登录。", "The sign-in is no longer valid; sign in again."
    ),
    "auth.wrong_password": code(
        "caller", "姓名或密码不正确，请核对后重新输入。", "Name or password is not right. Enter both again."
    ),
    "auth.expired": code(
        "caller",
        "一次性密码已过期，请找管理员重设密码。",
        "This one-time password has expired; ask an administrator for another.",
    ),
    "auth.too_many": code(
        "caller", "尝试次数过多，请{wait_s}秒后再试。", "Too many attempts; try again in {wait_s} seconds."
    ),
    "auth.forbidden": code("caller", "您的岗位无权进行此操作。", "Your role may not do this."),
    "auth.must_change": code("caller", "请先设置新密码。", "Choose a new password first."),
    "auth.same_password": code(
        "caller",
        "新密码不能与原密码或账号相同。",
        "Choose a password that is not the old one, nor your name.",
    ),
    "auth.weak_password": code(
        "caller", "密码须为{least}至{most}个字符。", "A password has {least} to {most} characters."
    ),
    "auth.common_password": code(
        "caller",
        "这个密码很容易被猜到，请换一个：不要只用数字、键盘顺序、姓名或常用词。",
        "This password is easily guessed: choose one that is more than figures, a row of keys, your name or a common word.",
    ),
    "auth.wrong_pin": code(
        "caller",
        "账号或口令不正确。请核对，或先在自己的账号里设置口令。",
        "The name or the PIN is not right. Check them, or first set a PIN of your own.",
    ),
    "auth.weak_pin": code(
        "caller",
        "口令须为6位数字，不能全部相同，也不能是123456这样的连号。",
        "A PIN has 6 digits, not all the same and not in a row like 123456.",
    ),
    "auth.foreign_origin": code(
        "caller", "请求来自其他网站，已拒绝。", "The request comes from another site and is refused."
    ),
    "auth.csrf": code(
        "caller",
        "页面已过期，请刷新后再操作。",
        "This page is out of date; load it again and repeat what you did.",
    ),
    "auth.not_your_window": code(
        "caller", "这不是您当前登录的窗口。", "This is not the window you are signed in at."
    ),
    # accounts
    "account.unknown": code("caller", "没有账号“{name}”。", "There is no account “{name}”."),
    "account.exists": code("rule", "账号“{name}”已经存在。", "The account “{name}” exists already."),
    "account.bad_name": code(
        "caller",
        "账号和姓名须为1至64个字符，账号不含空格。",
        "Names have 1 to 64 characters, a sign-in name is without spaces.",
    ),
    "account.no_pin": code(
        "rule",
        "“{name}”的岗位不确认类别，不需要口令。",
        "The role of “{name}” confirms no class and needs no PIN.",
    ),
    "account.last_admin": code(
        "rule",
        "须保留至少一个可登录的管理员：请先添加另一个，或给一次性密码已过期的重设密码。",
        "There must be an administrator left who can sign in: add another first, or reset one whose one-time password has expired.",
    ),
    # tickets
    "ticket.unknown": code("caller", "没有这张号票。", "There is no such ticket."),
    "ticket.exists": code("caller", "这张号票已经存在。", "This ticket exists already."),
    "ticket.not_waiting": code("rule", "该号票不在等候中。", "This ticket is not waiting."),
    "ticket.not_called": code("rule", "未叫号，不能进行此操作。", "This ticket has not been called."),
    "ticket.not_serving": code("rule", "该号票不在办理中。", "This ticket is not being served."),
    "ticket.not_held": code("rule", "该号票没有挂起。", "This ticket is not on hold."),
    "ticket.not_missed": code("rule", "该号票没有过号。", "This ticket was not missed."),
    "ticket.not_offered": code(
        "rule",
        "该号票不能续号：只有当日未叫到的号，可在下一个工作日续号一次。",
        "This ticket cannot be renewed: one that was still waiting at the end of its day can be, once, on the next working day.",
    ),
    "ticket.missed_too_often": code(
        "rule",
        "该号票已过号{misses}次，不能再重新排队，请重新取号。",
        "This ticket missed {misses} calls and cannot wait again; take another one.",
    ),
    "ticket.missed_too_long": code(
        "rule",
        "过号已超过{minutes}分钟，不能再重新排队，请重新取号。",
        "The call was missed more than {minutes} minutes ago; take another ticket.",
    ),
    "ticket.deferred_too_often": code(
        "rule",
        "一张号票最多{limit}次请后面的人先办。",
        "A ticket may let others go first {limit} times at most.",
    ),
    "ticket.held_elsewhere": code(
        "rule",
        "材料留在{window}号窗口，请到该窗口继续办理。",
        "The papers stay at window {window}; it goes on there.",
    ),
    "ticket.closed": code("rule", "该号票已办结或已取消。", "This ticket is finished or cancelled."),
    "ticket.busy": code(
        "rule", "该号票正在{window}号窗口，不能进行此操作。", "This ticket is at window {window} now."
    ),
    "ticket.too_soon": code(
        "rule",
        "还不能过号：请至少呼叫{calls}次，并在首次呼叫{wait_s}秒之后。",
        "Too soon for a no-show: call at least {calls} times and wait {wait_s} seconds after the first call.",
    ),
    "ticket.no_paper": code("rule", "该号票不需要打印。", "This ticket has no paper to report."),
    "ticket.no_printer": code(
        "caller", "没有这台取号机，请另选一台。", "There is no such kiosk; choose another one."
    ),
    "ticket.notes_full": code(
        "rule",
        "该号票已有{most}条备注，不能再写；其余请记在业务系统里。",
        "This ticket has {most} remarks already; write what is more into your own system.",
    ),
    "ticket.no_destination": code(
        "caller", "请指明一个去处：业务或窗口。", "Name one destination: a service or a window."
    ),
    "number.exhausted": code(
        "rule",
        "今日{prefix}字头号码已发完，请到咨询台。",
        "Today's {prefix} numbers are used up; ask at the information desk.",
    ),
    "lease.exhausted": code(
        "rule",
        "今日{prefix}字头的预领号已领完：断网时这台取号机不能发这个区的号，请到咨询台。",
        "Today's {prefix} numbers for kiosks are used up: without the server this one issues none; ask at the information desk.",
    ),
    "lease.elsewhere": code(
        "rule",
        "这里是另一大厅的转移办理点，{prefix}字头没有预领号：断网时请到咨询台。",
        "This place serves for another hall and has no {prefix} numbers for kiosks: without the server ask at the desk.",
    ),
    "handover.day_over": code(
        "rule",
        "{number}号的当天已经结束，不能再补交。",
        "The day of {number} is over; it is handed over no more.",
    ),
    "slip.unknown": code(
        "caller",
        "没有印过号码为“{slip}”的手写号，或已过期，请核对。",
        "No slip with the number “{slip}” was printed, or it is good no more; check it.",
    ),
    "slip.too_many": code(
        "rule",
        "这里一次最多印{limit}张手写号，请少印一些；用掉一部分再印。",
        "At most {limit} slips are printed here at once. Print fewer, and more when they are used.",
    ),
    "slip.used": code("rule", "手写号{slip}已经录入。", "The slip {slip} has been keyed in already."),
    "slip.wrong_zone": code(
        "caller",
        "手写号{slip}属于{zone}区，请核对业务。",
        "The slip {slip} is one of zone {zone}; check the service.",
    ),
    "slip.bad_time": code(
        "caller",
        "手写号{slip}的取号时间须在今天或上一个办公日、印制之后、现在之前。",
        "The time of the slip {slip} must be today or on the working day before, after it was printed and not in the future.",
    ),
    "items.too_many": code(
        "rule", "该业务一次最多办理{limit}件。", "At most {limit} items at a time for this service."
    ),
    "steps.too_many": code("rule", "一张号票最多{limit}项业务。", "At most {limit} services on one ticket."),
    "class.unknown": code("caller", "没有这个优先类别。", "There is no such class."),
    "class.staff_only": code(
        "rule",
        "该类别不在取号机办理，请到咨询台找导办员。",
        "This class is not given at the kiosk; ask a steward at the information desk.",
    ),
    "class.unlisted": code(
        "rule",
        "名单中没有这个代码，或已过期，请核对后再试。",
        "This code is not on the list, or no longer good; check it and try again.",
    ),
    "class.reason_required": code(
        "caller",
        "该类别须填写理由和为谁办理，或名单中的代码。",
        "State why and for whom, or give a code of the list.",
    ),
    "class.not_asked": code("rule", "该号票没有申请这个类别。", "This ticket did not ask for that class."),
    # who holds a ticket
    "holder.bad_number": code(
        "caller",
        "身份证号码有误，请核对18位号码。",
        "This is not an identity card's number; check its 18 characters.",
    ),
    "holder.required": code(
        "rule",
        "该业务实名取号，请刷身份证或到咨询台。",
        "This service needs an identity card; show it, or ask at the information desk.",
    ),
    "holder.unknown": code(
        "rule",
        "该号票没有登记身份，或已按期删除。",
        "Nothing is kept of this ticket's holder, or it has been deleted in due time.",
    ),
    "person.has_open": code(
        "rule",
        "您已有一张未办结的号票{number}，办完再取。",
        "You hold the open ticket {number} for this service; take another one when it is done.",
    ),
    "person.too_many": code(
        "rule",
        "该业务每人每天最多取{limit}个号。",
        "At most {limit} tickets a day for one person for this service.",
    ),
    # parts of the hall that are served elsewhere
    "hall.evacuated": code(
        "rule",
        "该部分已转移到另一地点办理，或尚未决定是否转移；请管理员决定后再操作。",
        "This part is served in another place, or nobody has decided yet whether it is; an administrator decides first.",
    ),
    "hall.handed_back": code(
        "rule",
        "结果已导出带回原来的大厅，这里不再办理；请持号者回原大厅，或由管理员恢复在这里办理。",
        "Its results went home and this part is served here no more: people go back to their hall, or an administrator "
        "reopens it here.",
    ),
    "hall.not_empty": code(
        "rule",
        "这里已有大厅的数据，不能接收转移；请另选一个空目录。",
        "There is a hall here already; choose an empty folder to go on in.",
    ),
    "evacuation.unknown": code("caller", "没有这次转移。", "There is no such evacuation."),
    "evacuation.newer": code(
        "rule",
        "这里已接收同一大厅较新的转移文件，请用最新的文件。",
        "A newer file of the same hall was imported here; use the newest one.",
    ),
    "evacuation.no_results": code(
        "rule",
        "请先导入另一地点的结果文件；确实没有转移的，请管理员作废。",
        "Import the other place's results first; an administrator declares void what never took place.",
    ),
    "evacuation.two_places": code(
        "rule",
        "号票{number}已按另一地点（指纹{origin}）的结果办结：同一份转移文件在两处办理过。这份结果一张也没有接收，请与那里逐张核对。",
        "Ticket {number} was settled by another place (fingerprint {origin}): two places served one evacuation. None of these "
        "results was taken; compare them with that place, ticket by ticket.",
    ),
    "evacuation.onward": code(
        "rule",
        "这里有一部分又转移到了别处：先把那里的结果接回来并在这里恢复，再交回原来的大厅；只先带回一部分结果，用--interim。",
        "A part went on from here to yet another place: bring its results home here and serve it here again before this place "
        "hands back; --interim brings results meanwhile.",
    ),
    "evacuation.decided": code("rule", "这次转移已有决定。", "This evacuation has been decided about."),
    "evacuation.nothing": code("rule", "没有可转移的业务。", "There is no service to be moved."),
    # services and zones
    "service.unknown": code("caller", "没有这项业务。", "There is no such service."),
    "service.unserved": code(
        "rule",
        "该业务暂无窗口办理，请到咨询台。",
        "No window offers this service; ask at the information desk.",
    ),
    "service.full": code(
        "rule",
        "该业务今日的号已发完（{issued}个），请改日再来或到咨询台。",
        "All {issued} tickets of the day for this service are taken; come another day or ask at the information desk.",
    ),
    "outcome.unknown": code(
        "caller",
        "这项业务没有“{outcome}”这个结果，可选：{known}。",
        "This service has no outcome “{outcome}”; it has: {known}.",
    ),
    "zone.unknown": code("caller", "没有这个服务区。", "There is no such zone."),
    "issuing.stopped": code(
        "rule", "该服务区暂停取号：{reason}。", "Tickets are not being issued here: {reason}."
    ),
    "issuing.not_stopped": code("rule", "该处没有停止取号。", "Issuing is not stopped here."),
    "issuing.closed": code(
        "rule",
        "现在不在取号时间（今日{hours}）。下次取号：{opens}。",
        "Outside ticket hours (today: {hours}). Tickets again: {opens}.",
    ),
    # notices
    "notice.unknown": code(
        "caller", "没有这条通知，可能已到期。", "There is no such notice; it may be over."
    ),
    "notice.many": code(
        "rule",
        "已有{most}条通知，请先撤下一条。",
        "{most} notices stand already; withdraw one first.",
    ),
    # calls for help
    "alarm.unknown": code("caller", "没有这次呼叫，可能已结束。", "There is no such call; it may be over."),
    "alarm.taken": code("rule", "{by}已去处理。", "{by} is on the way already."),
    **CASES,
    # needs
    "need.none": code(
        "rule",
        "该号票没有登记窗口能照顾到的需要。",
        "This ticket says nothing that a window could be chosen by.",
    ),
    "need.no_window": code(
        "rule",
        "现在没有开着的窗口有{needs}，只等它可能叫不到。请照常等候，叫到时导办员会来帮忙；也可请导办员安排。",
        "No open window has {needs} now: waiting for one alone, nobody might call. Wait as before, a steward helps; or ask one.",
    ),
    "need.binding": code(
        "rule",
        "{number}只到有{needs}的窗口，本窗口没有。请让有条件的窗口叫，或请导办员先改为不限窗口。",
        "{number} goes only to a window with {needs}, which this one lacks. Let such a window call, or ask a steward to free it.",
    ),
    # appointments
    "appointment.unknown": code(
        "caller", "没有这个预约，请核对预约码。", "There is no such appointment; please check the code."
    ),
    "appointment.exists": code(
        "rule",
        "预约码{appointment}已用于另一预约；要改请先取消。",
        "The code {appointment} is another appointment's; cancel that one first.",
    ),
    "appointment.bad_code": code(
        "caller",
        "预约码{appointment}与号票的查询码相同，请换一个。",
        "The code {appointment} reads like a ticket's; choose another.",
    ),
    "appointment.many": code(
        "rule", "已有{most}个预约，不能再加。", "There are {most} appointments already."
    ),
    "appointment.used": code(
        "rule", "该预约已签到，号码{number}。", "This appointment was checked in already: ticket {number}."
    ),
    "appointment.early": code(
        "rule",
        "预约时间{slot}，{opens}起可签到；也可以现在取普通号。",
        "Your appointment is at {slot}: check in from {opens}, or take an ordinary ticket now.",
    ),
    "appointment.other_day": code(
        "rule", "预约时间是{slot}，不是今天。", "The appointment is at {slot}, which is not today."
    ),
    # windows
    "window.unknown": code("caller", "没有这个窗口。", "There is no such window."),
    "window.closed": code("rule", "窗口未开放，请先开窗。", "The window is closed; open it first."),
    "window.open": code("rule", "窗口已经开放。", "The window is open already."),
    "window.paused": code("rule", "窗口已暂停，请先恢复。", "The window is paused; resume it first."),
    "window.not_paused": code("rule", "窗口没有暂停。", "The window is not paused."),
    "window.attended": code(
        "rule", "该窗口由{clerk_name}登录。", "{clerk_name} is signed in at this window."
    ),
    "window.elsewhere": code(
        "rule",
        "您已在{window}号窗口登录，请先关闭该窗口。",
        "You are signed in at window {window}; close it first.",
    ),
    "window.seated": code(
        "rule",
        "您的账号在另一台电脑上打开了{window}号窗口。要在这里办理，请先接管。",
        "Your account has window {window} open on another computer. Take it over to work here.",
    ),
    "window.unattended": code(
        "rule", "窗口没有工作人员登录，请先登录。", "Nobody is signed in at this window; sign in first."
    ),
    "window.idle": code("rule", "窗口当前没有号票。", "There is no ticket at this window."),
    "window.busy": code(
        "rule",
        "窗口还有号票{number}，请先完成或过号。",
        "Ticket {number} is still at this window; finish it or mark it as missed.",
    ),
    "window.cannot_serve": code("rule", "该窗口不办理这项业务。", "This window does not offer that service."),
    "window.covers_itself": code(
        "caller",
        "不能替自己的窗口代办，请选别的窗口。",
        "A window cannot cover for itself; choose another one.",
    ),
    "window.covers_nothing": code(
        "rule",
        "{window}号窗口没有您会办、而这里不办的业务。",
        "Window {window} offers nothing that you can do and do not serve here already.",
    ),
    "undo.nothing": code("rule", "没有可以撤销的操作。", "There is nothing to take back."),
    "undo.too_late": code(
        "rule",
        "只能撤销{seconds}秒内的操作。",
        "Only what was done within {seconds} seconds can be taken back.",
    ),
    "undo.moved": code(
        "rule",
        "号票或窗口已有变化，不能撤销。",
        "The ticket or the window has moved on; it cannot be taken back.",
    ),
    # ratings
    "rating.unknown_step": code("caller", "没有这次办理，无法评价。", "There is no such visit to rate."),
    "rating.not_finished": code("rule", "办理完成后才能评价。", "It can be rated when it is finished."),
    "rating.twice": code("rule", "本次服务已评价过，谢谢。", "This visit has been rated already, thank you."),
    "rating.closed": code("rule", "评价时间已过。", "The time for rating is over."),
    "rating.other_window": code(
        "rule",
        "这次办理不在该窗口，请在办理的窗口评价。",
        "This visit was at another window; please rate it at the window where it was.",
    ),
    "rating.which_window": code(
        "caller",
        "请用window写明评价来自哪个窗口的评价器；若是旧版窗口程序，请升级。",
        "Say with window whose keypad the rating came from; a program of an earlier version has to be upgraded.",
    ),
    "rating.wrong_channel": code(
        "caller",
        "您不能以“{channel}”渠道提交评价，请使用本设备或本岗位的渠道。",
        "You cannot submit a rating as “{channel}”; use a channel of this device or role.",
    ),
    # devices
    "device.unknown": code("caller", "没有这台设备。", "There is no such device."),
    "device.unknown_fitting": code(
        "caller",
        "该设备没有“{fitting}”这个地址，请刷新后重选。",
        "This device has nothing called “{fitting}”; look at what it has now.",
    ),
    "device.revoked": code(
        "rule", "该设备已被停用，请重新配对。", "This device has been revoked; pair it anew."
    ),
    "device.twice": code(
        "rule",
        "另一个程序也在用这台设备的令牌，请重新配对。",
        "Another program uses this device's token; pair it anew.",
    ),
    "device.wrong_place": code("caller", "{needs}。", "{needs}."),
    "device.name_taken": code(
        "rule",
        "已有名为“{name}”的同类设备，请另取一个名称。",
        "Another device of this kind is called “{name}” already: choose another name.",
    ),
    "device.too_many": code(
        "rule",
        "等待安置的设备过多，请{wait_s}秒后再试。",
        "Too many devices wait for a place; try again in {wait_s} seconds.",
    ),
    "display.unknown": code("caller", "没有这块叫号屏。", "There is no such display."),
    # pictures and films of boards
    "media.unknown": code(
        "caller", "没有这个图片或视频，请刷新列表。", "There is no such picture or film; load the list again."
    ),
    "media.unknown_kind": code(
        "caller",
        "不是PNG、JPEG、WebP图片或MP4、WebM视频，请换一个文件。",
        "It is no PNG, JPEG or WebP picture and no MP4 or WebM film; take another file.",
    ),
    "media.too_large": code(
        "caller", "超过{limit_mib}MB，请压缩后重传。", "It is larger than {limit_mib} MB; make it smaller."
    ),
    "media.in_use": code(
        "rule",
        "叫号屏{displays}正在用，请先在叫号屏一栏去掉并发布。",
        "Boards {displays} show it; take it out there and publish first.",
    ),
    "media.full": code(
        "server",
        "服务器磁盘快满了，图片和视频不再接收，叫号不受影响；请清理磁盘。",
        "The server's disk is nearly full: no pictures or films are taken, calls go on. Free some space.",
    ),
    "media.unwritable": code(
        "server",
        "数据目录的media写不进去（{reason}），请检查权限。",
        "The data folder's media cannot be written ({reason}); check its owner.",
    ),
    # voice
    "voice.unknown_call": code(
        "caller", "没有这次叫号，或已过去太久。", "There is no such call, or it was too long ago."
    ),
    "voice.failed": code("server", "播报没有生成：{reason}。", "No speech could be made: {reason}."),
    # configuration
    "config.faulty": code(
        "caller", "配置有{count}处错误：{first}", "The configuration has {count} fault(s): {first}"
    ),
    "config.in_use": code(
        "rule",
        "这样改，还有{count}张号票没有窗口可去，或失去其类别。请先为它们安排去处。",
        "{count} ticket(s) would be left without a window or their class; give them a destination first.",
    ),
    "config.outdated": code(
        "rule",
        "配置已由他人发布为第{version}版，请在其基础上修改。",
        "Version {version} has been published since; make the changes to that one.",
    ),
    "config.unknown_version": code(
        "caller", "没有第{version}版配置，或已过久。", "There is no version {version}, or it is too long ago."
    ),
    # the feed
    "feed.bad_hello": code("caller", "连接后请先发送hello。", "Send a hello first."),
    "feed.unknown_topic": code("caller", "没有这个主题：{topic}。", "There is no such topic: {topic}."),
    "feed.garbage": code("caller", "无法识别的消息。", "This message cannot be read."),
    "feed.unknown_command": code(
        "caller", "没有这个命令：{command}。", "There is no such command: {command}."
    ),
    # the server
    "clock.not_settable": code(
        "caller",
        "业务时钟未设为可调，不能跳转。",
        "The business clock was not started as settable; it cannot jump.",
    ),
    "backup.nowhere": code(
        "rule",
        "没有设置备份目录，请在server.toml写[backup]后重启。",
        "No folder for backups is set; write [backup] into server.toml and restart.",
    ),
    "backup.failed": code("server", "未能备份：{fault}", "No backup was made: {fault}"),
    "store.unavailable": code(
        "server",
        "暂时无法确认结果。请用同一请求再试一次，不会重复。",
        "The outcome is not known. Send the same request again; it will not be done twice.",
    ),
    "server.stopping": code(
        "server", "服务器正在停止，请稍后重试。", "The server is stopping; try again shortly."
    ),
    "server.standby": code(
        "server",
        "这台服务器处于待命状态，请改用另一台，或稍候自动重试。",
        "This server stands by; use the other one, or wait: it is asked again by itself.",
    ),
    "server.failed": code(
        "server",
        "服务器出错，已记录；没有任何更改。请联系管理员。",
        "The server failed and noted it; nothing was changed. Tell the administrator.",
    ),
}


class ErrorBody(msgspec.Struct, frozen=True):
    """An error as it is sent: stable code, sentence in the asked language, data."""

    code: str
    message: str
    detail: dict[str, Any]


class Refusal(Exception):
    """What was asked is not done, and nothing has changed. `code` is a key of CODES; `detail` fills its sentence."""

    def __init__(self, code: str, **detail: Any) -> None:
        """A refusal with its data; an unknown code is a mistake in the program and raises KeyError at once."""
        CODES[code]
        super().__init__(code)
        self.code = code
        self.detail = detail

    def body(self, language: str = "zh") -> ErrorBody:
        """The error to send, its sentence in `language` ("zh" or "en")."""
        shown = {
            key: value.of(language) if isinstance(value, Text) else value
            for key, value in self.detail.items()
        }
        return ErrorBody(self.code, CODES[self.code].text.of(language).format_map(shown), shown)
