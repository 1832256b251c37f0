"""What customers are told, in Simplified Chinese."""

from dispatch.models import NoticeEvent as E

WORDS = {
    E.OPENED: ("已收到您的申请", "【{outlet}】已收到您的[{appliance}]服务申请（工单 {number}）。[进度请查看：{link}]"),
    E.NEEDS_INFO: (
        "您的申请还需要补充信息",
        "【{outlet}】为继续处理您的申请（工单 {number}），还需要：{reason}[ 请在此补充：{link}]",
    ),
    E.REFUSED_REQUEST: (
        "关于您的申请",
        "【{outlet}】很抱歉，我们无法受理您的申请（工单 {number}）。原因：{reason}[ 如有疑问请致电 {phone}。]",
    ),
    E.APPOINTMENT: (
        "上门时间：{window}",
        "【{outlet}】我们将于 {window} 上门服务[，工程师：{technician}]。[如需确认或改约：{link}]",
    ),
    E.ON_THE_WAY: (
        "工程师已出发",
        "【{outlet}】工程师{technician}已出发[，预计 {eta} 左右到达]"
        "[。上岗证号 {permit}，请在开门时核对]。[查看进度：{link}]",
    ),
    E.DELAYED: (
        "上门时间有所推迟",
        "【{outlet}】很抱歉，上门时间有所推迟，工程师{technician}预计 {eta} 左右到达。[如不方便，可另选时间：{link}]"
        "[ 我们的电话：{phone}]",
    ),
    E.LATE_APOLOGY: (
        "迟到致歉",
        "【{outlet}】很抱歉，我们未能按约定时间到达。[工程师{technician}预计 {eta} 左右到达。][如需另约时间：{link}]"
        "[ 我们的电话：{phone}]",
    ),
    E.ARRIVED: ("工程师已到门口", "【{outlet}】工程师{technician}已到您家门口[，上岗证号 {permit}]。"),
    E.PART_ARRIVED: (
        "备件已到",
        "【{outlet}】您的[{appliance}]所需备件已到（工单 {number}）。我们会致电与您约定上门时间。[{link}]",
    ),
    E.QUOTE: ("维修报价", "【{outlet}】工单 {number} 的报价[为 {amount}]，经您同意后才会施工。[请查看并答复：{link}]"),
    E.RECEIPT: (
        "您的收据",
        "【{outlet}】感谢您的配合。[工单 {number} 收费 {amount}。][收据和保修记录：{link}]",
    ),
    E.RATE: (
        "您对我们的服务满意吗？",
        "【{outlet}】您对这次维修和我们的服务满意吗？[请在此告诉我们；如仍有故障，也请告知：{link}]",
    ),
    E.CALLBACK_MISSED: (
        "我们曾致电给您",
        "【{outlet}】我们就工单 {number} 致电回访，未能联系上您，稍后会再次致电。[您也可以在此告诉我们使用情况：{link}]"
        "[ 我们的电话：{phone}]",
    ),
    E.CANCELLED: ("工单已取消", "【{outlet}】工单 {number} 已取消。[如有误，请致电 {phone}。]"),
    E.CODE: ("您的验证码", "验证码 {code}，几分钟内有效。我们不会来电索取，请勿告诉任何人。"),
    E.ALARM: ("报警", "{outlet}：{technician}报警[，地点：{address}]，工单 {number}。请打开工单接手。"),
    E.ESCALATED: ("请经理介入", "{outlet}：工单 {number} 请经理介入（{why}）[：{reason}]"),
    E.UNDELIVERED: (
        "未能通知客户",
        "{outlet}：工单 {number} 的客户未能收到通知（{what}）。请致电客户，电话已列入待致电清单。",
    ),
}
