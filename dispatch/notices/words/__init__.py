"""Our own words, by language, then event: (subject of an e-mail, text). Whoever changes one changes the others."""

from dispatch.notices.words import en, zh_hans, zh_hant

OURS = {"en": en.WORDS, "zh-hans": zh_hans.WORDS, "zh-hant": zh_hant.WORDS}
