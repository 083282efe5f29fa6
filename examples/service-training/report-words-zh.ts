/** The report's page in Chinese, in the report's own words where it has them. */
import type { ReportWords } from './report-words.js';

export const ZH: ReportWords = {
  title: '“时雨润无声”：AI 训练赋能劳动者职业发展（十五幅图的重绘）',
  simulated:
    '模拟数据。原报告（北京大学数字金融研究中心，2025 年 9 月）未公开数据。这里的 2,009 名客服（其中 512 名以 AI 陪练为主）由生成程序抽取，' +
    '其真实效应等于报告所述数字。分析程序并不知道这些真值，只读取数据表。因此，图中所示反映的是方法，而非真实的劳动者。',
  headline: ({ income, complaints, failures }) =>
    `模拟数据：在上岗后前六个月，与不接受 AI 训练相比，接受 AI 训练的客服单次服务收入估计提高 ${income}，日均按键差评减少 ${complaints}，日均质检不合格数减少 ${failures}。`,
  estimate: (estimate, lower, upper, reported) => `${estimate}（95% 置信区间 ${lower} 至 ${upper}；报告：${reported}）`,
  verdict: (held, stated, heldAll, all) =>
    `报告所述 ${stated} 个数字中，有 ${held} 个的真值落在 95% 置信区间内；图中绘出的 ${all} 个效应中，有 ${heldAll} 个如此。`,
  outcomes: {
    incomePerHour: '小时收入',
    incomePerService: '单次服务收入',
    buttonComplaintsPerDay: '日均按键差评数',
    buttonComplaintsPerHour: '时均按键差评数',
    surveyComplaintsPerDay: '日均调研差评数',
    surveyComplaintsPerHour: '时均调研差评数',
    qcFailuresPerDay: '日均质检不合格数',
    qcFailuresPerHour: '时均质检不合格数',
    minutesPerService: '单次服务时长',
  },
  designs: {
    allAi: '全部 AI 训练',
    complexIdentity: '复杂身份',
    complexPersonality: '复杂性格',
    negativeEmotion: '负面情绪',
    adversarialEmotion: '对抗性情绪',
    multiStageEmotion: '多阶段情绪',
  },
  groups: {
    female: '女性',
    male: '男性',
    'under 30': '30 岁以下',
    '30 to 45': '30–45 岁',
    'over 45': '45 岁以上',
    'tier 1, new tier 1 and tier 2': '一线、新一线、二线城市',
    'tier 3 and below': '三线及以下城市',
    'urban district': '城区',
    'county, banner or county-level city': '县（旗）、县级市',
  },
  groupings: { cityTier: '按城市等级', countyType: '按区县类型' },
  month: (month) => (month === 1 ? '首月' : `前 ${month} 个月`),
  span: (month) => (month === 1 ? '首月' : `前${month}个月`),
  behind: (parts) => `具体而言：${parts.join('；')}。`,
  windowAxis: '上岗后的时间窗口',
  valueAxis: 'AI 训练的效应（相对于没有 AI 训练）',
  truth: '模拟真值',
  report: '报告数字',
  sameScale: (figures) => `与图 ${figures} 使用相同的纵轴范围。`,
  family: '联合置信区间：本图中同一指标、同一训练方式的全部窗口与组别同时成立。',
  assumed: '报告未说明所指为按键还是调研差评、按日还是按时计算；此处的口径是我们的假设。',
  stated: (line, month, estimate) => `${line}，${month}：估计为 ${estimate}。`,
  share: {
    axis: 'AI 训练占岗前训练时长的比例',
    treated: 'AI 训练为主',
    control: '传统训练为主',
    arm: '标签',
    count: '人数',
    caption: '各标签人数',
  },
  table: {
    caption: '效应，以没有 AI 训练时均值的百分比计',
    line: '内容',
    window: '窗口',
    report: '报告',
    truth: '真值',
    estimate: '估计值',
    lower: '95% 区间下限',
    upper: '上限',
    allLower: '联合区间下限',
    allUpper: '上限',
    rows: '人数',
    holds: '含真值',
    yes: '是',
    no: '否',
  },
  percent: (number) => `${number}%`,
  section: (figure, title) => `图 ${figure} ${title}`,
  figures: {
    1: {
      title: '岗前 AI 训练时长占比及实验标签分布',
      says: '岗前训练时间超过一半由 AI 完成的客服为实验组，共 512 人；其余 1,497 人为控制组。',
    },
    2: {
      title: 'AI 训练对于客服收入的影响',
      says: '各窗口、两种口径的影响均为正。小时收入的增益在首月最大，随后收敛；单次服务收入的增益不降反升。',
    },
    3: {
      title: 'AI 训练对客户差评数的影响',
      says: '各口径、各窗口的差评均减少。上岗初期调研差评的降幅远大于按键差评，其后两者接近。',
    },
    4: { title: 'AI 训练对质检发现问题的影响', says: '质检不合格数下降，且降幅随时间放大。' },
    5: { title: 'AI 训练对于收入影响的性别差异', says: '男女均获益；六个月内女性获益更大。' },
    6: {
      title: 'AI 训练对客户差评数量影响的性别差异',
      says: '到第六个月男性获益更多；前四个月男性获益较小，前两个月对男性的影响为正，即差评更多。',
    },
    7: { title: 'AI 训练对收入影响的年龄差异', says: '除首月外，各年龄段几乎没有差别。' },
    8: { title: 'AI 训练对质检发现问题的影响的年龄差异', says: '到第六个月，45 岁以上人群改善最大。' },
    9: { title: 'AI 训练对收入影响在地区间的差异', says: '无论城市等级还是区县类型，都没有显著差异。' },
    10: {
      title: 'AI 身份与性格对于差评数量的影响',
      says: '复杂身份剧本使差评减少最多；复杂性格与 AI 训练平均水平相近。',
    },
    11: { title: 'AI 身份与性格对于质检不合格数量的影响', says: '两类复杂剧本的降幅均大于 AI 训练平均水平。' },
    12: {
      title: 'AI 情绪对于收入的影响',
      says: '对抗性情绪剧本的收入增益大于 AI 训练平均水平；负面情绪、多阶段情绪的提升不大。',
    },
    13: {
      title: 'AI 情绪对于差评数量的影响',
      says: '对抗性情绪剧本使差评减少最多，且随时间增强；负面情绪与多阶段情绪约减少 36%。',
    },
    14: { title: 'AI 情绪对于质检发现问题的影响', says: '三类情绪剧本的降幅均大于 AI 训练平均水平。' },
    15: { title: 'AI 训练对单次服务平均时长的影响', says: '服务时长增加：六个月内增长 8.42%。' },
  },
  method: (trees) => [
    '训练对一名客服的效应，是实际结果与未受训练时本会出现的结果之差，而两者只能看到其一。因果森林（Athey、Tibshirani 与 Wager 2019）' +
      '在训练前已知的九个方面相似的受训与未受训客服之间比较：业务板块、区县、首个工作日、支付账户注册时间、年龄、性别，以及上岗前三个月的支付笔数、' +
      `支付金额与基金余额。每个效应基于 ${trees} 棵“诚实”的树：决定分裂的客服与给出估计的客服不是同一批人，也没有人由见过其数据的树来评判。` +
      '平均效应取双重稳健估计：结果模型与受训模型中只要有一个正确，结果即正确。效应以百分比计：100 ·（受训时的平均结果 / 未受训时的平均结果 − 1），' +
      '其中结果为每名客服自己的比值，例如收入除以工时。这样得到的置信区间在 100 次研究中有 95 次包含真值；联合置信区间对一幅图中同一指标的全部内容同时成立。' +
      '对某类剧本，是将以该类剧本受训的客服与控制组比较。若有这九项之外同时影响受训与结果的因素，本方法无法弥补。',
  ],
  place: (message, places, more) => `${message}（${places}${more > 0 ? ` 等另外 ${more} 处` : ''}）`,
  facts: {
    data: '数据',
    dataSeed: '模拟数据的随机种子',
    seed: '森林的随机种子',
    trees: '每个森林的树数',
    forests: '因果森林数',
    library: '软件库',
    time: '用时',
    seconds: (count) => `${count} 秒（生成本页的机器上）`,
    file: 'examples/service-training/data/workers.csv.gz，2,009 行，模拟数据',
  },
};
