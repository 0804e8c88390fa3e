package redact

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/viper"
	scanner "github.com/zricethezav/gitleaks/v8/config"

	"github.com/deskbook/deskbook/summarize/redact/street"
)

// tokenRules are the rules of the secret scanner, indexed by keyword.
type tokenRules struct {
	rules   []tokenRule
	byStart map[[2]byte][]keyword
	allowed []*scanner.Allowlist
}

type tokenRule struct {
	scanner.Rule
	generic bool
}

type keyword struct {
	text  string
	rules []int
}

// skippedRules are rules for which this package has finders that also work on prose.
var skippedRules = map[string]bool{"private-key": true, "curl-auth-user": true, "curl-auth-header": true}

// knownRules returns the scanner's rules. They are compiled once and only when a text
// needs them, since that takes 25 ms and 12 MB.
var knownRules = sync.OnceValue(func() *tokenRules {
	k, err := readRules(scanner.DefaultConfig)
	if err != nil {
		panic(err) // the rules are part of the program, and a test compiles them
	}
	return k
})

func readRules(text string) (*tokenRules, error) {
	reader := viper.New()
	reader.SetConfigType("toml")
	if err := reader.ReadConfig(strings.NewReader(text)); err != nil {
		return nil, fmt.Errorf("read token rules: %w", err)
	}
	var raw scanner.ViperConfig
	if err := reader.Unmarshal(&raw); err != nil {
		return nil, fmt.Errorf("decode token rules: %w", err)
	}
	c, err := raw.Translate()
	if err != nil {
		return nil, fmt.Errorf("compile token rules: %w", err)
	}
	k := &tokenRules{byStart: map[[2]byte][]keyword{}, allowed: c.Allowlists}
	words := map[string][]int{}
	for _, id := range c.OrderedRules {
		r := c.Rules[id]
		if r.Regex == nil || r.Path != nil || skippedRules[id] || len(r.Keywords) == 0 {
			continue
		}
		k.rules = append(k.rules, tokenRule{r, strings.HasPrefix(id, "generic")})
		for _, w := range r.Keywords {
			words[strings.ToLower(w)] = append(words[strings.ToLower(w)], len(k.rules)-1)
		}
	}
	for w, rules := range words {
		if len(w) < 2 {
			return nil, fmt.Errorf("token rule %s: its keyword is too short", k.rules[rules[0]].RuleID)
		}
		start := [2]byte{w[0], w[1]}
		k.byStart[start] = append(k.byStart[start], keyword{w, rules})
	}
	return k, nil
}

// The window around a keyword in which its rule is matched, and the runs that count as
// dense, all in bytes.
const (
	ruleBefore = 120
	ruleAfter  = 700
	denseRun   = 12 // minimum length of a token with letters and digits
	longRun    = 20 // and of a token with letters alone
)

// findKnownTokens finds what the scanner's rules describe. A rule is matched only around
// its keywords, and only where a dense run is near.
func findKnownTokens(v *view, out []finding) []finding {
	dense := denseRuns(v.text)
	if len(dense) == 0 {
		return out
	}
	k := knownRules()
	windows := k.windows(v, dense)
	soft := ""
	for i, ws := range windows {
		if len(ws) == 0 {
			continue
		}
		if soft == "" {
			soft = asSource(v.text)
		}
		for _, w := range ws {
			out = k.apply(v, k.rules[i], soft, w, out)
		}
	}
	return findCommonTokens(v, dense, out)
}

// windows returns the merged ranges in which to match each rule.
func (k *tokenRules) windows(v *view, dense [][2]int) [][][2]int {
	out := make([][][2]int, len(k.rules))
	next := 0 // the first dense run that does not end before the window
	for i := 0; i+1 < len(v.lower); i++ {
		for next < len(dense) && dense[next][1] < i-ruleBefore {
			next++
		}
		if next == len(dense) {
			break
		}
		if dense[next][0] > i+ruleAfter {
			i = dense[next][0] - ruleAfter - 1
			continue
		}
		for _, w := range k.byStart[[2]byte{v.lower[i], v.lower[i+1]}] {
			if !strings.HasPrefix(v.lower[i:], w.text) {
				continue
			}
			lo, hi := max(0, i-ruleBefore), min(len(v.text), i+ruleAfter)
			for _, r := range w.rules {
				out[r] = street.AddWindow(out[r], lo, hi)
			}
		}
	}
	return out
}

// apply appends the matches of a rule in the range w of a text, by the rule's own terms:
// the group that is secret, the entropy it needs, and what the rule's authors allow.
func (k *tokenRules) apply(v *view, r tokenRule, text string, w [2]int, out []finding) []finding {
	part := text[w[0]:w[1]]
	for _, m := range r.Regex.FindAllStringSubmatchIndex(part, -1) {
		g := secretGroup(r, m)
		lo, hi := m[2*g], m[2*g+1]
		secret := part[lo:hi]
		if v.isTaken(w[0]+lo, w[0]+hi) || r.generic && !plausibleGeneric(part[m[0]:lo], secret) {
			continue
		}
		if r.Entropy > 0 && entropy(secret) <= r.Entropy || k.allow(r, secret, part[m[0]:m[1]]) {
			continue
		}
		out = append(out, finding{w[0] + lo, w[0] + hi, Token})
	}
	return out
}

// secretGroup returns the group of a match that is the secret: the one that the rule
// names, or else the first that is not empty.
func secretGroup(r tokenRule, m []int) int {
	if g := r.SecretGroup; g > 0 {
		if 2*g < len(m) && m[2*g] >= 0 {
			return g
		}
		return 0
	}
	for g := 1; 2*g < len(m); g++ {
		if m[2*g] >= 0 && m[2*g+1] > m[2*g] {
			return g
		}
	}
	return 0
}

// genericCue matches the cue of a generic rule as a word or as a part of a camel-case
// name: there is no "api" in "entitymapid".
var genericCue = regexp.MustCompile(oneOf(
	`(?:^|[^A-Za-z])(?i:access|auth|api|credential|creds|key|passw|secret|token)`,
	`[a-z](?:Access|Auth|Api|API|Credential|Key|Passw|Secret|Token)`,
))

// plausibleGeneric reports whether what a generic rule matched looks like a token.
func plausibleGeneric(before, secret string) bool {
	return genericCue.MatchString(before) && tokenLike(secret) && countDigits(secret) >= 2 && !settingName(secret)
}

// dottedName matches names of settings and files: words joined by dots or dashes.
var dottedName = regexp.MustCompile(`^[A-Za-z]+\d{0,3}(?:[._-][A-Za-z]*\d{0,4})+$`)

func settingName(s string) bool { return dottedName.MatchString(s) }

func (k *tokenRules) allow(r tokenRule, secret, match string) bool {
	allows := func(a *scanner.Allowlist) bool {
		if len(a.Paths) > 0 && a.MatchCondition == scanner.AllowlistMatchAnd {
			return false // it also wants a file path
		}
		target := secret
		if a.RegexTarget != "" {
			target = match
		}
		word, _ := a.ContainsStopWord(secret)
		return word || a.RegexAllowed(target)
	}
	return slices.ContainsFunc(r.Allowlists, allows) || slices.ContainsFunc(k.allowed, allows)
}

// asSource returns the text, at the same length, with a space for whatever ends a token
// in prose. The rules are written for source code, where a quotation mark or a space does.
func asSource(text string) string {
	b := []byte(text)
	for i, c := range b {
		ends := false
		switch c {
		case ',', ')', '<', '&', '|':
			ends = true
		case ']', '}', '?', '!', '.':
			ends = i+1 == len(b) || strings.IndexByte(" \n\")", b[i+1]) >= 0
		case ':':
			ends = i+1 == len(b)
		}
		if c >= 0x80 || ends && i > 0 && wordByte(b[i-1]) {
			b[i] = ' '
		}
	}
	return string(b)
}

// denseRuns returns the ranges without white space that may be a token.
func denseRuns(text string) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); i++ {
		lo := i
		for i < len(text) && tokenByte(text[i]) {
			i++
		}
		if i-lo < denseRun {
			continue
		}
		n := shapeOf(text[lo:i])
		if i-lo >= longRun || n.digits > 0 && n.letters > 0 || n.letters >= 16 && n.small == 0 {
			out = append(out, [2]int{lo, i})
		}
	}
	return out
}

// entropy returns the Shannon entropy of s in bits per byte.
func entropy(s string) float64 {
	if s == "" {
		return 0
	}
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	e := 0.0
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / float64(len(s))
			e -= p * math.Log2(p)
		}
	}
	return e
}

var (
	webToken = regexp.MustCompile(`eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?`)
	// commonTokens matches shortened and older tokens for which the scanner is too strict.
	commonTokens = regexp.MustCompile(`\b` + oneOf(
		`gh[pousr]_[A-Za-z0-9]{20,}`,
		`github_pat_\w{20,}`,
		`glpat-[\w-]{16,}`,
		`xox[abeoprs]-[\w-]{10,}`,
		`(?:AKIA|ASIA)[A-Z0-9]{16}`,
		`AIza[\w-]{30,}`,
		`sk-[\w-]{16,}`,
		`sk_(?:live|test)_\w{16,}`,
		`npm_\w{30,}`,
		`dop_v1_[a-f0-9]{40,}`,
		`SG\.[\w-]{16,}\.[\w-]{16,}`,
		`ya29\.[\w-]{20,}`,
	))
)

// findCommonTokens finds web tokens and what commonTokens matches.
func findCommonTokens(v *view, dense [][2]int, out []finding) []finding {
	for _, d := range dense {
		lo, hi := d[0], d[1]
		for _, re := range []*regexp.Regexp{webToken, commonTokens} {
			for _, m := range re.FindAllStringIndex(v.text[lo:hi], -1) {
				out = append(out, finding{lo + m[0], lo + m[1], Token})
			}
		}
	}
	return out
}
