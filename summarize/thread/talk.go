package thread

import (
	"regexp"
	"slices"
	"strings"
)

var Conditional = regexp.MustCompile(`(?i)^(?:if|when|once|unless|maybe|perhaps)\b|\b(?:would have|could have|if (?:it|this|that|you|i))\b`)

var ArticleAddress = regexp.MustCompile(`(?i)(?:https?://\S*|(?:^|\s))/(?:kb|articles?|help|support|docs?|knowledge)/[\w./-]+`)

// Products lists what a text names, word for word.
func Products(text string) []string {
	var out []string
	for _, re := range []*regexp.Regexp{namedVersion, product} {
		for _, m := range re.FindAllString(text, 6) {
			if m = strings.TrimRight(Tidy(m), ".,;:-"); !slices.ContainsFunc(out, func(o string) bool {
				return strings.Contains(strings.ToLower(o), strings.ToLower(m))
			}) {
				out = append(out, m)
			}
		}
	}
	return out
}

// product finds what an environment names: systems and devices with their version,
// programs with a version that cannot be a count, and systems that go without one.
var product = regexp.MustCompile(`(?i)\b(?:` +
	`(?:windows server|windows|mac ?os(?: x)?|os x|android|ios|ipados|chrome ?os|firmware|bios|version|build|driver)\s*(?:version|ver\.?|v\.?|build)?\s?\d[\w.-]*(?: (?:pro|home|enterprise|education|lts|sp\d|\d\dh\d))*(?: ?\(?(?:32|64)[- ]?bit\)?)?` +
	`|(?:ubuntu|debian|fedora|linux mint|tb|firefox|thunderbird|google chrome|chrome|microsoft edge|edge|safari|microsoft outlook|outlook|microsoft office|office|teams|excel|acrobat|zoom|citrix workspace|citrix|anyconnect|globalprotect|openvpn|forticlient|sap gui|java|python)\s*(?:version|ver\.?|v\.?|build)?\s?(?:\d+\.\d[\w.-]*|\d{2,}[\w.-]*)(?: (?:esr|beta|lts))?(?: ?\(?(?:32|64)[- ]?bit\)?)?` +
	`|mac ?os (?:sonoma|ventura|monterey|big sur|sequoia|catalina|high sierra|mojave)|windows (?:xp|vista|ten)|linux mint|ubuntu|debian|fedora|macos|mac os x|chrome ?os|chromebook` +
	`|(?:dell|lenovo|thinkpad|elitebook|latitude|surface|macbook|iphone|ipad|pixel|galaxy|laserjet)(?: (?:pro|air|mini|max|go|laptop|book))*(?: [A-Z]?\d[\w-]{0,8}(?: gen ?\d+)?)?)\b`)

// namedVersion finds any capitalised name with a version that cannot be a count.
var namedVersion = regexp.MustCompile(`\b\p{Lu}[\p{L}\d-]+(?: \p{Lu}[\p{L}\d-]+){0,2} (?:version |v)?\d+\.\d+[\w.-]*`)

// Anecdote finds opinions, sighs and stories.
var Anecdote = regexp.MustCompile(`(?i)\b(?:found (?:the )?time|if it ain't broke|bad bet|impossible task|time to reconsider|what a (?:business|mess|joke|pain|shame)|bloody|ridiculous|great pity|a shame|believe it or not|to be honest|in my (?:humble )?opinion|imh?o|i (?:think i|believe|feel|admit|regret|must (?:say|admit)|was (?:just|about))|i'm (?:afraid|happy|glad|just)|worst|terribl\w+|awful|annoy\w+|frustrat\w+|stupid|silly|crazy|sick of|fed up|easy peasy|who knew|go figure|as (?:i|you) (?:said|mentioned)|good luck|sadly|here's how i|(?:for|to) anyone (?:who|else)|vaguely|debacle|masterpiece|hats off|needless to say)\b|!{2,}`)

// Plea are sentences of a first message that only talk to the reader.
var Plea = regexp.MustCompile(`(?i)^(?:any (?:help|ideas?|suggestions?|thoughts|advice)\b|(?:can|could) (?:you|any(?:one|body)|some(?:one|body))\b(?: please)? help\b|(?:can|could) (?:any|some)(?:one|body)\b|please (?:help|advise|see|assist)|help\b|(?:but |so )?if any(?:one|body)\b|what (?:can|should|do) i do\b|how (?:can|do) i (?:fix|solve|resolve) (?:this|it)\b|i (?:hope|would appreciate|appreciate|look forward|am attaching|attach(?:ed)?)\b|(?:see|please find) (?:attached|screenshot|below)|what(?:'s| is) (?:going on|wrong|happening)\??$|this is (?:driving|very|so) \w+)`)

// SmallTalk finds statements of a conversation that no article repeats.
var SmallTalk = regexp.MustCompile(`(?i)\b(?:i(?:'d| would) (?:be interested|love|like) to (?:know|hear)|i suppose|i'm only|i have to (?:drop off|leave|go)|i guess|i hope|i wonder|i'm (?:wondering|not sure|baffled)|if you know|my (?:last|first|previous|earlier) (?:post|reply|message)|as i (?:said|wrote|mentioned)|(?:don't|do not) know|no idea|i'm not (?:seeing|able|aware)|can(?: not|'t) reproduce|can you tell me|would be nice|great pity|good job|i (?:now |still |only )?(?:need|have) to|i'll (?:try|let|get back|report)|let me know|scratch (?:this|that|the)|mark (?:this|it|the \w+) (?:as )?solved|(?:keep up the )?good work|thanx|have (?:attached|posted|uploaded))\b`)

func Negated(text string) bool {
	for _, w := range Words(text) {
		if Negations[w.Text] && w.Text != "no" && w.Text != "without" {
			return true
		}
	}
	return false
}

// AddressOnly finds statements that point elsewhere and tell nothing themselves.
var AddressOnly = regexp.MustCompile(`^(?:\S{0,20}:?\s*)?(?:https?://\S+\s*)+$`)

// RefersBack finds sentences that speak of what was just said.
var RefersBack = regexp.MustCompile(`(?i)^(?:and |but |so |then |finally,? )*(?:(?:adding|doing|changing|removing|setting|using|enabling|disabling|turning|trying|deleting|doing|with|after) (?:this|that|it|so)\b|(?:this|that|it|which) )`)

// Chore is what the desk asks for without it being a remedy.
var Chore = regexp.MustCompile(`(?i)\b(?:mark (?:this|it|the)|let (?:me|us) know|post (?:back|a|the|again)|send (?:me|us)|attach|provide|share|report back|screen ?shots?|tell us|feel free|see (?:attached|below|image|screenshot)|open a (?:new )?(?:ticket|question|thread|bug)|file a bug)\b`)

// OutcomeReach is how many messages after an effort its outcome is looked for.
const OutcomeReach = 3

// Thankful finds that the requester takes what was said as the answer.
var Thankful = regexp.MustCompile(`(?i)\b(?:thank(?:s| you)|thx|perfect|excellent|brilliant|nailed it|good to know|understood|got it|makes sense|that (?:was|is|did) (?:it|the|what)|(?:tip|answer|info(?:rmation)?) i (?:was looking|needed)|danke|merci|gracias|grazie)\b`)

// Unhappy finds that it was not, whatever the thanks.
var Unhappy = regexp.MustCompile(`(?i)\b(?:but (?:i|it|that|the|this|now|my)|however|unfortunately|not solved|no luck|still|another problem)\b`)
