"""What the columns of order files are called, in English, Simplified and Traditional Chinese.

Spelling, case, width, spaces and punctuation don't matter here: `columns.normalise` takes them away on both sides.
"""

SYNONYMS: dict[str, str] = {
    "order_no": """
        order no | order number | order | order id | no | ticket | ticket no | work order
        | work order no | job no | reference | external ref | service order | 工单号 | 工单编号 | 工单
        | 工單號 | 工單編號 | 工單 | 派工單號 | 派工单号 | 派工號 | 派工号 | 单号 | 單號 | 订单号 | 訂單號
        | 订单编号 | 訂單編號 | 服务单号 | 服務單號 | 报修单号 | 報修單號 | 維修單號 | 维修单号 | 受理单号
        | 受理單號 | 信息编号 | 案件編號 | 案件编号 | 叫修單號 | 服務編號 | 服务编号
    """,
    "customer": """
        customer | customer name | name | client | client name | contact | contact name | user
        | user name | 用户姓名 | 用戶姓名 | 客户姓名 | 客戶姓名 | 用户 | 用戶 | 客户 | 客戶 | 姓名
        | 客户名称 | 客戶名稱 | 用户名称 | 用戶名稱 | 联系人 | 聯絡人 | 聯繫人 | 顾客 | 顧客 | 顾客姓名
        | 顧客姓名 | 报修人 | 報修人 | 顧客名稱 | 姓名称呼
    """,
    "phone": """
        phone | phone no | phone number | telephone | tel | mobile | mobile phone | mobile no | cell
        | cell phone | contact phone | contact number | customer phone | phone 1 | tel 1 | 电话 | 電話
        | 联系电话 | 聯絡電話 | 聯繫電話 | 联系方式 | 聯絡方式 | 聯繫方式 | 手机 | 手機 | 手机号 | 手機號
        | 手机号码 | 手機號碼 | 移动电话 | 行動電話 | 用户电话 | 用戶電話 | 客户电话 | 客戶電話 | 电话号码
        | 電話號碼 | 联系电话1 | 聯絡電話1 | 电话1 | 電話1 | 连络电话
    """,
    "phone_alt": """
        second phone | phone alt | phone 2 | other phone | alternative phone | alt phone | backup phone | home phone
        | landline | tel 2 | mobile 2 | 备用电话 | 備用電話 | 电话2 | 電話2 | 联系电话2 | 聯絡電話2
        | 其他电话 | 其他電話 | 第二电话 | 第二電話 | 固定电话 | 固話 | 固话 | 座机 | 座機 | 市話
        | 住家電話 | 家裡電話 | 室內電話 | 备用联系电话 | 另一電話
    """,
    "address": """
        address | customer address | street | street address | address line | address line 1
        | full address | service address | location | site | 地址 | 详细地址 | 詳細地址 | 用户地址
        | 用戶地址 | 客户地址 | 客戶地址 | 联系地址 | 聯絡地址 | 上门地址 | 上門地址 | 服务地址 | 服務地址
        | 住址 | 街道地址 | 安装地址 | 安裝地址 | 維修地址 | 维修地址 | 到府地址
    """,
    "district": """
        district | county | area | borough | 区 | 區 | 区县 | 區縣 | 行政区 | 行政區 | 所属区 | 所屬區
        | 区域 | 區域 | 鄉鎮市區 | 城区 | 城區 | 县区 | 縣區
    """,
    "city": "city | town | municipality | 城市 | 市 | 所在城市 | 縣市 | 县市 | 省市 | 市別 | 地市",
    "lat": """
        lat | latitude | y | gps lat | wgs84 lat | 纬度 | 緯度 | 坐标纬度 | 座標緯度 | 北緯 | 北纬
        | 緯度坐標
    """,
    "lon": """
        lon | lng | long | longitude | x | gps lon | wgs84 lon | 经度 | 經度 | 坐标经度 | 座標經度
        | 東經 | 东经 | 經度坐標
    """,
    "place": """
        coordinates | position | gps | lat lon | latlng | 坐标 | 座標 | 经纬度 | 經緯度 | 緯經度 | 定位
    """,
    "category": """
        category | product | product name | product category | product type | appliance | appliance type
        | type | item | 产品类别 | 產品類別 | 品类 | 品類 | 类别 | 類別 | 产品 | 產品 | 产品名称
        | 產品名稱 | 产品大类 | 產品大類 | 种类 | 種類 | 家電 | 家电 | 家電種類 | 电器类型 | 電器類型
        | 機種 | 机种 | 商品 | 商品名稱 | 商品名称 | 产品种类 | 產品種類 | 品項
    """,
    "brand": """
        brand | make | maker | manufacturer | 品牌 | 厂牌 | 廠牌 | 牌子 | 产品品牌 | 產品品牌 | 厂家
        | 廠商
    """,
    "model": """
        model | model no | model number | product model | 型号 | 型號 | 产品型号 | 產品型號 | 机型
        | 機型 | 规格型号 | 規格型號 | 機器型號 | 机器型号 | 产品机型
    """,
    "serial": """
        serial | serial no | serial number | s n | sn | barcode | 序列号 | 序列號 | 序号码 | 机号 | 機號
        | 机身号 | 機身號碼 | 机编 | 機身編號 | 产品编号 | 產品編號 | 产品序列号 | 產品序號 | 機身序號
        | 条码 | 條碼 | 機器序號
    """,
    "purchased": """
        purchase date | purchased | purchased on | date of purchase | bought | bought on | buy date
        | 购买日期 | 購買日期 | 购机日期 | 購機日期 | 购买时间 | 購買時間 | 购机时间 | 購入日期 | 购入日期
        | 發票日期 | 发票日期 | 购货日期
    """,
    "symptom": """
        symptom | symptoms | fault | fault description | problem | problem description | description
        | issue | defect | complaint | 故障现象 | 故障現象 | 故障描述 | 故障 | 问题描述 | 問題描述 | 问题
        | 問題 | 故障情形 | 故障情况 | 故障狀況 | 故障状况 | 現象 | 现象 | 报修内容 | 報修內容 | 報修原因
        | 报修原因 | 故障内容 | 故障內容 | 叫修內容 | 故障原因 | 故障說明
    """,
    "fault_code": """
        fault code | error code | code | 故障代码 | 故障代碼 | 故障码 | 故障碼 | 错误代码 | 錯誤代碼
        | 報警代碼 | 报警代码 | 錯誤碼
    """,
    "wish": """
        wish | request | customer wish | customer request | requirement | wants | demand | 用户要求
        | 用戶要求 | 客户要求 | 客戶要求 | 要求 | 需求 | 用户诉求 | 客户诉求 | 客戶需求 | 客户需求
        | 服务要求 | 服務要求 | 诉求 | 訴求
    """,
    "when": """
        preferred time | preferred date time | preferred window | appointment | appointment time
        | window | requested time | visit time | time window | 预约时间 | 預約時間 | 要求上門時間
        | 要求上门时间 | 上门时间 | 上門時間 | 约定时间 | 約定時間 | 期望时间 | 希望時間 | 預約日期時間
        | 到府時間 | 預約到府時間 | 期望上门时间 | 希望到府時間
    """,
    "when_day": """
        preferred date | appointment date | requested date | visit date | 预约日期 | 預約日期 | 上门日期
        | 上門日期 | 要求日期 | 約定日期 | 约定日期 | 到府日期 | 派工日期
    """,
    "when_hours": """
        preferred hours | slot | time slot | hours | 时段 | 時段 | 预约时段 | 預約時段 | 时间段 | 時間段
        | 上门时段 | 上門時段 | 到府時段
    """,
    "channel": """
        channel | source | order source | origin | 来源 | 來源 | 渠道 | 信息来源 | 訊息來源 | 订单来源
        | 訂單來源 | 受理渠道 | 受理方式 | 报修渠道 | 報修管道 | 管道 | 通路 | 报修方式 | 叫修管道
    """,
    "service_kind": """
        service kind | service type | service | service mode | 服务类型 | 服務類型 | 服务方式 | 服務方式
        | 维修方式 | 維修方式 | 服务类别 | 服務類別 | 服務別 | 作業類型
    """,
    "priority": """
        priority | urgent | urgency | 优先级 | 優先級 | 优先 | 紧急 | 緊急 | 紧急程度 | 緊急程度 | 加急
        | 急件 | 优先度 | 優先序
    """,
    "warranty": """
        warranty | in warranty | warranty status | 保修 | 保固 | 保内外 | 保內外 | 保内保外 | 是否保内
        | 是否保內 | 保修状态 | 保固狀態 | 保修类型 | 保內保外 | 保固內 | 是否在保 | 保修性质
    """,
    "note": """
        note | notes | remark | remarks | comment | comments | memo | 备注 | 備註 | 備注 | 说明 | 說明
        | 附注 | 附註 | 其他 | 备注信息
    """,
    "ignored": """
        technician | engineer | assigned to | assignee | status | state | created | created at | reason
        | row | reported at | 技师 | 技師 | 工程师 | 工程師 | 维修工 | 維修員 | 维修人员 | 維修人員
        | 服务工程师 | 服務工程師 | 师傅 | 師傅 | 状态 | 狀態 | 原因 | 退回原因 | 序号 | 序號 | 项次
        | 項次 | 报修时间 | 報修時間 | 受理时间 | 受理時間 | 省 | 省份 | 登记时间 | 邮编 | 郵遞區號
        | 派工人 | 接单人
    """,
}
