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
)

// tokenRules are the rules of the secret scanner with the ways into them.
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

// ownKinds are rules that other finders here do better, since they read prose too.
var ownKinds = map[string]bool{"private-key": true, "curl-auth-user": true, "curl-auth-header": true}

// knownRules reads the scanner's rules, once and only when a text asks for them: that
// takes 25 ms and 12 MB.
var knownRules = sync.OnceValue(func() *tokenRules {
	k, err := readRules(scanner.DefaultConfig)
	if err != nil {
		panic(err) // the rules are part of the program; a test reads them
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
		if r.Regex == nil || r.Path != nil || ownKinds[id] || len(r.Keywords) == 0 {
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

// How far around its keyword a rule is looked for.
const (
	ruleBefore = 120
	ruleAfter  = 700
	denseRun   = 12 // bytes: what a token has at least in one piece, with digits and letters
	longRun    = 20 // and without: some have letters alone
)

// findKnownTokens finds what the scanner's rules describe. A rule is applied around its
// keywords and only where something dense is near.
func findKnownTokens(v *view, out []found) []found {
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
			soft = softened(v.text)
		}
		for _, w := range ws {
			out = k.apply(v, k.rules[i], soft, w, out)
		}
	}
	return jwts(v, dense, out)
}

// windows gives for each rule the stretches to look at, merged.
func (k *tokenRules) windows(v *view, dense [][2]int) [][][2]int {
	out := make([][][2]int, len(k.rules))
	next := 0 // the first dense run that ends after the window's start
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
				if n := len(out[r]); n > 0 && out[r][n-1][1] >= lo {
					out[r][n-1][1] = hi
				} else {
					out[r] = append(out[r], [2]int{lo, hi})
				}
			}
		}
	}
	return out
}

// apply runs a rule over a stretch. The rule's own bounds on the secret hold: the
// group, the entropy, and what its authors allow.
func (k *tokenRules) apply(v *view, r tokenRule, text string, w [2]int, out []found) []found {
	part := text[w[0]:w[1]]
	for _, m := range r.Regex.FindAllStringSubmatchIndex(part, -1) {
		g := secretGroup(r, m)
		lo, hi := m[2*g], m[2*g+1]
		secret := part[lo:hi]
		if v.found(w[0]+lo, w[0]+hi) || r.generic && !(genericCue.MatchString(part[m[0]:lo]) && mixed(secret) && countDigits(secret) >= 2 && !setting(secret)) {
			continue
		}
		if r.Entropy > 0 && entropy(secret) <= r.Entropy || k.allow(r, secret, part[m[0]:m[1]]) {
			continue
		}
		out = append(out, found{w[0] + lo, w[0] + hi, Token})
	}
	return out
}

// secretGroup gives the group of a match that is the secret: the one the rule names,
// else the first that matched something.
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

// genericCue wants the cue of a general rule as a word, or a part of a name in a program:
// "entitymapid" holds no "api".
var genericCue = regexp.MustCompile(`(?:^|[^A-Za-z])(?i:access|auth|api|credential|creds|key|passw|secret|token)|[a-z](?:Access|Auth|Api|API|Credential|Key|Passw|Secret|Token)`)

// dottedWords is the name of a setting or file: words with dots or dashes between.
var dottedWords = regexp.MustCompile(`^[A-Za-z]+\d{0,3}(?:[._-][A-Za-z]*\d{0,4})+$`)

func setting(s string) bool { return dottedWords.MatchString(s) }

func (k *tokenRules) allow(r tokenRule, secret, match string) bool {
	allows := func(a *scanner.Allowlist) bool {
		if len(a.Paths) > 0 && a.MatchCondition == scanner.AllowlistMatchAnd {
			return false // it speaks of files
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

// softened is the text with what ends a token in prose as a space: rules are made for
// source code, where a quote or a space ends it. It is byte for byte as long.
func softened(text string) string {
	b := []byte(text)
	for i, c := range b {
		switch c {
		case ',', ')', ']', '}', '<', '&', '?', '!', '|', '.', ':':
			last := i+1 == len(b)
			if i > 0 && wordByte(b[i-1]) && (c == ',' || c == ')' || c == '<' || c == '&' || c == '|' || last || b[i+1] == ' ' || b[i+1] == '\n' || b[i+1] == '"' || b[i+1] == ')') && !(c == ':' && !last) {
				b[i] = ' '
			}
		default:
			if c >= 0x80 {
				b[i] = ' '
			}
		}
	}
	return string(b)
}

// denseRuns finds stretches without white space that may be a token.
func denseRuns(text string) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); {
		lo, digits, letters := i, 0, 0
		for i < len(text) && tokenByte(text[i]) {
			if digitByte(text[i]) {
				digits++
			} else if letter(text[i]) {
				letters++
			}
			i++
		}
		if i-lo >= denseRun && (digits > 0 && letters > 0 || i-lo >= longRun || letters >= 16 && strings.ToUpper(text[lo:i]) == text[lo:i]) {
			out = append(out, [2]int{lo, i})
		}
		i++
	}
	return out
}

// entropy is Shannon's, in bits a byte.
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
	// familiar are forms that the scanner asks more of than people paste: shortened or
	// older tokens.
	familiar = regexp.MustCompile(`\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[\w-]{30,}|sk-[\w-]{16,}|sk_(?:live|test)_\w{16,}|npm_\w{30,}|dop_v1_[a-f0-9]{40,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})`)
)

// jwts finds web tokens and familiar forms.
func jwts(v *view, dense [][2]int, out []found) []found {
	for _, d := range dense {
		lo, hi := d[0], d[1]
		for _, re := range []*regexp.Regexp{webToken, familiar} {
			for _, m := range re.FindAllStringIndex(v.text[lo:hi], -1) {
				out = append(out, found{lo + m[0], lo + m[1], Token})
			}
		}
	}
	return out
}
