package terms

import (
	"strings"
	"sync"
)

// fillerWeight is what a word of the telling weighs. Tickets tell a story: since when,
// how often, what was tried, who was asked, that help is hoped for. In a knowledge base
// these words are rare, so that they would weigh as much as what the story is about; yet
// they may be the matter itself (working hours, a week's view), so they are not left out.
const fillerWeight = 0.25

// filler reports whether a term is a word of the telling in the language.
func isFiller(l Language, term string) bool { return fillers()[l][term] }

// fillers are the terms of tellings by language.
var fillers = sync.OnceValue(func() map[Language]map[string]bool {
	out := map[Language]map[string]bool{}
	for l, text := range fillerWords {
		out[l] = map[string]bool{}
		for _, word := range strings.Fields(text) {
			for _, t := range In(l, word) {
				out[l][t.Term] = true
			}
		}
	}
	return out
})

// tellings are the words that people tell of anything with.
var fillerWords = map[Language]string{
	English: `help try tried trying know want wanted need like think thought hope guess seem seems say says said
		tell told ask asked anyone anybody someone somebody something anything everything nothing thing things way
		lot much many really still even again already always never ever now today yesterday day days week weeks
		month months year years time times hour hours ago since suddenly recently recent appreciate appreciated
		advance sorry unfortunately however though although maybe perhaps probably actually basically good great
		fine well happen happens happened happening problem problems issue issues question solution idea ideas
		suggestion suggestions advice support people everyone get getting got go going gone went come came make
		made see seen look looking looked two only use using used work works working worked find found able
		figure wondering wonder why how when where which after before until every another same different first last`,
	german: `hilfe helfen versuchen versucht probiert wissen weiss mochte brauche denke dachte hoffe scheint sagt
		gesagt gefragt jemand etwas alles nichts sache weise viel viele wirklich immer nie jetzt heute gestern tag
		tage woche wochen monat monate jahr jahre zeit mal stunde stunden seit plotzlich kurzlich leider jedoch
		vielleicht wahrscheinlich eigentlich gut passiert problem probleme frage losung idee vorschlag rat leute
		bekomme bekommen geht gehen kommt kommen macht machen gemacht sehe sehen gesehen eins zwei nur benutze
		benutzen verwende verwenden funktioniert finde finden gefunden warum wann wo welche nachdem bevor bis jede
		jeder anderer andere gleich erste letzte schon vorher`,
	french: `aide aider essayer essaye savoir sais veux voudrais besoin pense espere semble dit demande quelquun
		quelque chose tout rien facon beaucoup vraiment toujours jamais maintenant aujourdhui hier jour jours
		semaine semaines mois annee annees temps fois heure heures depuis soudain recemment malheureusement
		cependant probablement bien bon arrive probleme problemes question solution idee conseil gens obtenir
		aller vais va venir faire fait voir vu regarder deux seulement utiliser utilise fonctionne marche trouver
		trouve pourquoi apres avant jusque chaque autre meme premier dernier encore deja`,
	spanish: `ayuda ayudar intentar intentado probar probado saber se quiero quisiera necesito pienso creo espero
		parece dice dicho preguntar alguien algo todo nada cosa manera mucho muchos realmente siempre nunca ahora
		hoy ayer dia dias semana semanas mes meses ano anos tiempo vez veces hora horas repente recientemente
		lamentablemente quizas probablemente bien bueno pasa pasado problema problemas pregunta solucion idea
		consejo gente obtener ir voy va venir hacer hago hecho ver visto mirar dos solo usar uso utilizar funciona
		encontrar encuentro por donde despues antes hasta cada otro mismo primero ultimo aun ya todavia`,
	portuguese: `ajuda ajudar tentar tentei saber sei quero queria preciso acho penso espero parece diz disse
		perguntar alguem algo tudo nada coisa maneira muitos realmente sempre nunca agora hoje ontem dia dias
		semana semanas mes meses ano anos tempo vez vezes hora horas repente recentemente infelizmente talvez
		provavelmente bem bom acontece aconteceu problema problemas pergunta solucao ideia conselho pessoas obter
		ir vou vai vir fazer faco feito ver vi visto olhar dois so usar uso utilizar funciona encontrar encontrei
		onde depois antes ate cada outro mesmo primeiro ultimo ainda ja desde`,
}
