package person

import (
	"slices"
	"strings"
)

// labelled finds the name after the label of a field, or after words like "on behalf of".
func (f *finder) labelled(_, end int) bool {
	at := f.separated(end)
	field := at >= 0
	if !field {
		at = f.skip(end, ".", 1)
		next := f.skip(at, " \n", 1)
		if next == at {
			return false
		}
		at = next
	}
	at = f.skipTitles(at)
	r := f.runAt(at, field)
	if r.words == 0 || f.numbered(r.hi) || r.noun && !r.known {
		return false
	}
	if !field && !r.known && !r.slavic && (r.words < 2 || !f.clauseEnds(r.hi)) {
		return false // "reported by License Logging"
	}
	if field {
		return f.add(r.lo, f.withFirstName(r, false))
	}
	return f.add(r.lo, r.hi)
}

// field finds the name in a field that may hold the name of a thing: one with a common
// given name, or in a form that is about a person.
func (f *finder) field(lo, end int) bool {
	at := f.separated(end)
	if at < 0 || !f.lineStart(lo) && (lo == 0 || strings.IndexByte("\"'{,<;", f.text[lo-1]) < 0) && f.text[at-1] != '=' {
		return false
	}
	r := f.runAt(at, true)
	if r.words == 0 || r.words > 3 || f.numbered(r.hi) || !f.ends(r.hi) || r.noun && !r.known {
		return false
	}
	if !r.known && !r.slavic && !f.personal(lo, r.hi) || r.capitals && !f.personal(lo, r.hi) {
		return false
	}
	return f.add(r.lo, f.withFirstName(r, true))
}

// withFirstName returns the end of a name in a field, with the first name that may follow:
// "Vane, Ottoline". The first name must be a common one where known is set.
func (f *finder) withFirstName(r run, known bool) int {
	if r.words > 1 || r.hi >= len(f.text) || f.text[r.hi] != ',' {
		return r.hi
	}
	first := f.runAt(f.skip(r.hi+1, " ", 1), true)
	if first.words == 0 || first.words > 2 || !f.ends(first.hi) || known && !first.known {
		return r.hi
	}
	return first.hi
}

// personalWords say that a form is about a person.
var personalWords = []string{
	"birth", "born", "first name", "surname", "employee", "start date",
	"geburt", "vorname", "personal", "naissance", "né(e)", "prénom", "matricule",
	"nacimiento", "apellido", "dni", "nascimento", "colaborador", "nif", "cpf",
	"nato il", "nata il", "cognome", "codice fiscale", "geboorte", "bsn", "personeel",
	"urodzenia", "pesel", "nazwisko", "рождения", "фамилия", "снилс",
}

// personal reports whether a form around lo to hi is about a person.
func (f *finder) personal(lo, hi int) bool {
	near := f.lower[max(0, lo-120):min(len(f.lower), hi+160)]
	return slices.ContainsFunc(personalWords, func(w string) bool { return strings.Contains(near, w) })
}

// mailHeader finds the names in a header of a mail: before an address, or in a block of
// headers.
func (f *finder) mailHeader(lo, end int) bool {
	if !f.lineStart(lo) {
		return false
	}
	at := f.skip(end, "* ", 3)
	if at >= len(f.text) || f.text[at] != ':' {
		return false
	}
	line := f.text[at+1:]
	if n := strings.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	block := strings.Contains(line, "@") || headerAfter(f.lower[at+1+len(line):])
	found := false
	for n := 0; n < len(line); {
		part := line[n:]
		if k := strings.IndexAny(part, ";<("); k >= 0 {
			part = part[:k]
		}
		from := at + 1 + n + len(part) - len(strings.TrimLeft(part, " \"'>*)"))
		r := f.runAt(from, false)
		body := strings.TrimRight(part, " \"'*")
		to := at + 1 + n + len(body)
		if r.words > 0 && (r.hi == to || r.hi < len(f.text) && f.text[r.hi] == ',') && (block || r.known && r.words > 1) {
			hi := r.hi
			if first := f.runAt(f.skip(hi+1, " ", 1), false); r.hi != to && r.words == 1 && first.words > 0 && first.hi == to {
				hi = first.hi
			}
			found = f.add(from, hi)
		}
		n += len(part) + 1
	}
	return found
}

// headerAfter reports whether a header of a mail follows.
func headerAfter(s string) bool {
	s = strings.TrimLeft(s, "\n\r >*")
	i := strings.IndexByte(s[:min(len(s), 24)], ':')
	if i < 0 {
		return false
	}
	switch strings.TrimRight(s[:i], " *") {
	case "to", "sent", "date", "subject", "cc", "gesendet", "an", "datum", "betreff", "envoyé", "à", "objet", "enviado",
		"enviada", "para", "asunto", "assunto", "inviato", "oggetto", "a", "verzonden", "aan", "onderwerp", "wysłano", "do",
		"temat", "отправлено", "кому", "тема", "data", "fecha":
		return true
	}
	return false
}
