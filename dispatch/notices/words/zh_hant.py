"""What customers are told, in Traditional Chinese, as written in Taiwan."""

from dispatch.models import NoticeEvent as E

WORDS = {
    E.OPENED: ("已收到您的申請", "【{outlet}】已收到您的[{appliance}]服務申請（工單 {number}）。[進度請查看：{link}]"),
    E.NEEDS_INFO: (
        "您的申請還需要補充資料",
        "【{outlet}】為繼續處理您的申請（工單 {number}），還需要：{reason}[ 請在此補充：{link}]",
    ),
    E.REFUSED_REQUEST: (
        "關於您的申請",
        "【{outlet}】很抱歉，我們無法受理您的申請（工單 {number}）。原因：{reason}[ 如有疑問請來電 {phone}。]",
    ),
    E.APPOINTMENT: (
        "到府時間：{window}",
        "【{outlet}】我們將於 {window} 到府服務[，工程師：{technician}]。[如需確認或改約：{link}]",
    ),
    E.ON_THE_WAY: (
        "工程師已出發",
        "【{outlet}】工程師{technician}已出發[，預計 {eta} 左右到達]"
        "[。工作證號 {permit}，請在開門時核對]。[查看進度：{link}]",
    ),
    E.DELAYED: (
        "到府時間有所延後",
        "【{outlet}】很抱歉，到府時間有所延後，工程師{technician}預計 {eta} 左右到達。[如不方便，可另選時間：{link}]"
        "[ 我們的電話：{phone}]",
    ),
    E.LATE_APOLOGY: (
        "遲到致歉",
        "【{outlet}】很抱歉，我們未能在約定時間到達。[工程師{technician}預計 {eta} 左右到達。][如需另約時間：{link}]"
        "[ 我們的電話：{phone}]",
    ),
    E.ARRIVED: ("工程師已到門口", "【{outlet}】工程師{technician}已到您家門口[，工作證號 {permit}]。"),
    E.PART_ARRIVED: (
        "零件已到",
        "【{outlet}】您的[{appliance}]所需零件已到（工單 {number}）。我們會致電與您約定到府時間。[{link}]",
    ),
    E.QUOTE: ("維修報價", "【{outlet}】工單 {number} 的報價[為 {amount}]，經您同意後才會施工。[請查看並答覆：{link}]"),
    E.RECEIPT: (
        "您的收據",
        "【{outlet}】感謝您的配合。[工單 {number} 收費 {amount}。][收據和保固紀錄：{link}]",
    ),
    E.RATE: (
        "您對我們的服務滿意嗎？",
        "【{outlet}】您對這次維修和我們的服務滿意嗎？[請在此告訴我們；如仍有故障，也請告知：{link}]",
    ),
    E.CALLBACK_MISSED: (
        "我們曾致電給您",
        "【{outlet}】我們就工單 {number} 致電回訪，未能聯絡上您，稍後會再次致電。[您也可以在此告訴我們使用情況：{link}]"
        "[ 我們的電話：{phone}]",
    ),
    E.CANCELLED: ("工單已取消", "【{outlet}】工單 {number} 已取消。[如有誤，請來電 {phone}。]"),
    E.CODE: ("您的驗證碼", "驗證碼 {code}，幾分鐘內有效。我們不會來電索取，請勿告訴任何人。"),
    E.ALARM: ("警報", "{outlet}：{technician}發出警報[，地點：{address}]，工單 {number}。請開啟工單接手。"),
    E.ESCALATED: ("請經理介入", "{outlet}：工單 {number} 請經理介入（{why}）[：{reason}]"),
    E.UNDELIVERED: (
        "未能通知客戶",
        "{outlet}：工單 {number} 的客戶未能收到通知（{what}）。請致電客戶，電話已列入待致電清單。",
    ),
}
