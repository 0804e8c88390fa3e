package person

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The common Chinese surnames, of one and of two characters.
const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾萧肖田董潘袁蔡蒋余于杜叶程魏苏吕丁" +
		"任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤" +
		"張劉陳楊黃趙吳馮鄭謝許韓鄧蕭葉蘇盧鍾譚陸賈鄒"
	compoundSurnames = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 歐陽 司馬"
)

// Before a name: labels of fields, words for people, and verbs.
var chineseBefore = strings.Fields(`姓名 名字 联系人 收件人 发件人 申请人 报修人 报告人 户名 持卡人 负责人 审批人 经办人 客户 用户
	同事 实习生 员工 主管 经理 主任 前台 人事的 财务的 行政的 采购的 销售的 技术员 工程师 学生 病人 患者 我是 我叫 这里是 问一下
	问下 联系 找 给 请 和 跟 与 由 抄送 寄给 转给 交给 告诉 通知 尊敬的 亲爱的 回拨 致电 回复 是财务部的 是人事部的 我是前台`)

// After a name: titles, and verbs of which people are the subject.
var chineseAfter = strings.Fields(`先生 女士 小姐 老师 经理 主任 总监 总 工 姐 哥 医生 教授 科长 处长 部长 局长 博士 律师 同学 同志 师傅
	已于 离职 说 反映 来电 报告 已同意 同意`)

// cut characters end a given name: they belong to the sentence.
const cut = "和与跟在的是说也要有从同对把给来到不没会能被了吗吧呢或于已请就都还很这那我你他她它们可以用让为去上下电" +
	"反报提申先女小老经主总工姐哥医教科处部局博律师提登打无收发需想"

// chinese finds names in Chinese characters.
func (f *finder) chinese() {
	found := f.names // in order
	lineStart := true
	for i, r := range f.text {
		if !unicode.Is(unicode.Han, r) {
			lineStart = r == '\n' || lineStart && (r == ' ' || r == '\u3000' || r == '>')
			continue
		}
		for len(found) > 0 && found[0].hi <= i {
			found = found[1:]
		}
		if len(found) == 0 || i < found[0].lo {
			f.chineseAt(i, lineStart)
		}
		lineStart = false
	}
}

// chineseAt finds the name that may begin with the character at i.
func (f *finder) chineseAt(i int, lineStart bool) {
	size := f.surname(i)
	if size == 0 {
		return
	}
	hi, givenSize := i+size, 0
	for givenSize < 2 && hi < len(f.text) {
		r, n := utf8.DecodeRuneInString(f.text[hi:])
		if !unicode.Is(unicode.Han, r) || strings.ContainsRune(cut, r) && (givenSize > 0 || f.titleAt(hi)) {
			break
		}
		if f.titleAt(hi) {
			break
		}
		hi += n
		givenSize++
	}
	before := f.chineseCue(i)
	after := f.titleAt(hi)
	next, _ := utf8.DecodeRuneInString(f.text[hi:])
	closed := hi >= len(f.text) || !unicode.Is(unicode.Han, next) || strings.ContainsRune(cut, next)
	switch {
	case givenSize == 0 && after && (before || lineStart || f.boundaryBefore(i)):
	case givenSize == 0:
		return
	case after && (before || f.boundaryBefore(i)):
	case before && closed:
	case lineStart && f.lineEnds(hi) && f.signatureLine(i):
	case f.address(hi) || f.addressNoSpace(hi):
	case f.chatName(i, hi):
	default:
		return
	}
	f.add(i, hi)
}

// surname returns the size of the surname at i in bytes, or 0.
func (f *finder) surname(i int) int {
	for s := range strings.FieldsSeq(compoundSurnames) {
		if strings.HasPrefix(f.text[i:], s) {
			return len(s)
		}
	}
	if r, n := utf8.DecodeRuneInString(f.text[i:]); strings.ContainsRune(surnames, r) {
		return n
	}
	return 0
}

// chineseCue reports whether what stands before i announces a name.
func (f *finder) chineseCue(i int) bool {
	before := strings.TrimRight(f.text[max(0, i-48):i], " \t:：|，、*＊\"“「")
	for _, w := range chineseBefore {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

func (f *finder) titleAt(i int) bool {
	for _, w := range chineseAfter {
		if strings.HasPrefix(f.text[i:], w) {
			return true
		}
	}
	return false
}

// boundaryBefore reports whether no Chinese character stands before i.
func (f *finder) boundaryBefore(i int) bool {
	r, _ := utf8.DecodeLastRuneInString(f.text[:i])
	return i == 0 || !unicode.Is(unicode.Han, r) || strings.ContainsRune("和与跟、的给请致对向由拨", r)
}

// lineEnds reports whether a line ends at i.
func (f *finder) lineEnds(i int) bool {
	rest := strings.TrimLeft(f.text[i:], " \u3000\t*")
	return rest == "" || rest[0] == '\n' || rest[0] == '\r'
}

// chineseClosings end a letter.
var chineseClosings = strings.Fields(`谢谢 多谢 感谢 此致 敬礼 顺颂商祺 祝好 祝工作顺利 祝商祺 致礼 敬上 谢谢您 非常感谢 辛苦了 商祺 顺祝商祺 此致敬礼`)

// signatureLine reports whether the line before that of i is a closing.
func (f *finder) signatureLine(i int) bool {
	before := strings.TrimRight(f.text[max(0, i-90):i], " \u3000\n\r>，。！,.!")
	for _, w := range chineseClosings {
		if strings.HasSuffix(before, w) {
			return true
		}
	}
	return false
}

// addressNoSpace reports whether a mail address in brackets follows at once.
func (f *finder) addressNoSpace(i int) bool {
	rest := f.text[i:min(len(f.text), i+90)]
	for _, open := range []string{"（", "(", "<", "＜"} {
		if body, ok := strings.CutPrefix(rest, open); ok {
			if end := strings.IndexAny(body, " >)）"); end > 0 && strings.ContainsRune(body[:end], '@') {
				return true
			}
		}
	}
	return false
}

// chatName reports whether a range is the name at the start of a line of a chat.
func (f *finder) chatName(lo, hi int) bool {
	return hi < len(f.text) && (f.text[hi] == ':' || strings.HasPrefix(f.text[hi:], "：")) &&
		isTime(strings.Trim(strings.TrimSpace(f.lineBefore(lo)), "[]()"))
}
