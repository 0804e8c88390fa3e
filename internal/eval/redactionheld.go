package eval

// heldFamily is what the reported figures are made from: other sentences, other cues
// and other forms of values than developFamily. No rule is written or changed after it.
func heldFamily() family {
	return family{
		name: "held", seed: 0x6b1d_2f4e_90aa_c377,
		noise: map[string][]string{
			"en": {"The printer on the third floor has been slow all week.", "We moved offices in March and nothing else changed.", "A colleague has the same trouble on a newer laptop."},
			"de": {"Seit dem Umzug ist das Netz im Besprechungsraum langsam.", "Der Kollege nebenan hat dasselbe Problem.", "Nach dem Neustart war alles wie vorher."},
			"fr": {"Depuis la mise à jour, rien ne fonctionne comme avant.", "Mon collègue rencontre le même souci.", "J'ai déjà redémarré deux fois."},
			"es": {"Desde la actualización todo va muy lento.", "Mi compañera tiene el mismo fallo.", "Ya reinicié el equipo dos veces."},
			"pt": {"Desde a atualização está tudo muito lento.", "A minha colega tem o mesmo erro.", "Já reiniciei o computador duas vezes."},
		},
		carriers: map[string][]string{
			"en": {"The form was filled in with {v} and then it froze.", "See the attached log, it mentions {v} twice.", "You will need this: {v}"},
			"de": {"Im Formular stand {v}, danach fror alles ein.", "Das Protokoll nennt {v} zweimal.", "Das brauchen Sie noch: {v}"},
			"fr": {"Le formulaire contenait {v} puis tout s'est figé.", "Le journal mentionne {v} deux fois.", "Voici ce qu'il vous faut : {v}"},
			"es": {"En el formulario puse {v} y se quedó colgado.", "El registro menciona {v} dos veces.", "Esto es lo que necesita: {v}"},
			"pt": {"No formulário escrevi {v} e depois bloqueou.", "O registo menciona {v} duas vezes.", "É disto que precisa: {v}"},
		},
		cues: map[string]map[string][]string{
			kindsetPassword: {
				"en": {"Login is jdoe, password {v}", "I set the passphrase to {v} last night.", "pw={v}", "His temporary password was {v}, please reset it.", "user: jdoe / pass: {v}"},
				"de": {"Das Kennwort lautet {v}", "Benutzer jdoe, Passwort {v}", "Ich habe das Passwort auf {v} geändert.", "Zugangsdaten: jdoe / Kennwort: {v}"},
				"fr": {"Identifiant jdoe, mot de passe {v}", "J'ai changé le mot de passe en {v} hier.", "mdp : {v}", "Son mot de passe provisoire était {v}, merci de le changer."},
				"es": {"Usuario jdoe, contraseña {v}", "Cambié la contraseña a {v} ayer.", "clave: {v}", "La contraseña temporal era {v}, cámbienla por favor."},
				"pt": {"Utilizador jdoe, senha {v}", "Mudei a palavra-passe para {v} ontem.", "senha: {v}", "A senha temporária era {v}, por favor troquem."},
			},
			kindsetPhrase: {
				"en": {"Just so you know, my password's {v}", "we all use {v} as the password", "Try logging in with the password “{v}”."},
				"de": {"Mein Passwort ist übrigens {v}", "wir benutzen alle {v} als Passwort", "Melden Sie sich mit dem Passwort „{v}“ an."},
				"fr": {"Mon mot de passe, c'est {v}", "nous utilisons tous {v} comme mot de passe", "Connectez-vous avec le mot de passe « {v} »."},
				"es": {"Mi contraseña es la siguiente: {v}", "todos usamos {v} como contraseña", "Entre con la contraseña «{v}»."},
				"pt": {"A minha senha é a seguinte: {v}", "todos usamos {v} como senha", "Entre com a palavra-passe “{v}”."},
			},
			kindsetCode: {
				"en": {"The SMS said: your verification code is {v}.", "Voicemail PIN {v}", "my passcode is {v}"},
				"de": {"In der SMS stand: Ihr Bestätigungscode lautet {v}.", "Mailbox-PIN: {v}", "meine PIN ist {v}"},
				"fr": {"Le SMS disait : votre code de vérification est {v}.", "code PIN : {v}", "mon code secret est {v}"},
				"es": {"El SMS decía: su código de verificación es {v}.", "PIN del buzón: {v}", "mi código secreto es {v}"},
				"pt": {"O SMS dizia: o seu código de verificação é {v}.", "PIN do correio de voz: {v}", "o meu código secreto é {v}"},
			},
			kindsetPhone: {
				"en": {"Ring me on {v} after four.", "My mobile: {v}", "Direct line {v}"},
				"de": {"Erreichbar bin ich unter {v}.", "Handy: {v}", "Durchwahl {v}"},
				"fr": {"Vous pouvez me joindre au {v} l'après-midi.", "Portable : {v}", "Ligne directe {v}"},
				"es": {"Pueden llamarme al {v} por la tarde.", "Móvil: {v}", "Teléfono directo {v}"},
				"pt": {"Podem ligar-me para o {v} à tarde.", "Telemóvel: {v}", "Telefone direto {v}"},
			},
			kindsetStreet: {
				"en": {"Please ship the dock to {v}.", "I now live at {v}", "Office address: {v}"},
				"de": {"Bitte senden Sie das Gerät an {v}.", "Ich wohne jetzt in der {v}", "Büroadresse: {v}"},
				"fr": {"Merci d'envoyer l'écran au {v}.", "J'habite maintenant au {v}", "Adresse du bureau : {v}"},
				"es": {"Envíen la pantalla a {v}.", "Ahora vivo en {v}", "Dirección de la oficina: {v}"},
				"pt": {"Enviem o monitor para {v}.", "Agora moro na {v}", "Morada do escritório: {v}"},
			},
			kindsetKeyValue: {
				"en": {"export SERVICE_API_KEY={v}", "The integration has client_secret: \"{v}\" in its settings.", "x-api-key: {v}"},
				"de": {"In der Datei steht apiKey = '{v}'", "client_secret={v}"},
				"fr": {"Le fichier contient auth_token: {v}", "apikey={v}"},
				"es": {"En el archivo pone access_key = \"{v}\"", "secret_key: {v}"},
				"pt": {"No ficheiro está access_token = '{v}'", "api-key: {v}"},
			},
			kindsetAuth: {"en": {"authorization: {v}", "curl -s -H 'Authorization: {v}' https://api.example.com/v2/me", "Proxy-Authorization: {v}"}},
			kindsetCookie: {
				"en": {"set-cookie: {v}", "curl -b '{v}' https://portal.example.com/", "Request headers\nCookie: {v}\nAccept: */*"},
			},
			kindsetRecovery: {
				"en": {"BitLocker asks, and the recovery key is {v}", "Recovery key for drive C: {v}"},
				"de": {"Der Wiederherstellungsschlüssel lautet {v}", "Wiederherstellungsschlüssel: {v}"},
				"fr": {"La clé de récupération est {v}", "Clé de récupération : {v}"},
				"es": {"La clave de recuperación es {v}", "Clave de recuperación: {v}"},
				"pt": {"A chave de recuperação é {v}", "Chave de recuperação: {v}"},
			},
		},
		values: map[string][]func(*draw) string{
			kindsetMail: {
				func(d *draw) string {
					return d.pick("k.oyelaran", "m_varga", "t.lindqvist+desk", "jose-luis.ruiz") + "@" + d.pick("mail.hafenwerk.de", "nordlicht.co.uk", "bureau-central.fr", "it.azulejo.com.br")
				},
				func(d *draw) string {
					return d.pick("søren", "łukasz.nowak", "zoë.b") + "@" + d.pick("bücherei-köln.de", "espaço.pt", "xn--bcher-kva.com")
				},
				func(d *draw) string {
					return d.letters(3) + d.digits(4) + "@" + d.letters(7) + "." + d.pick("info", "museum", "io", "eu")
				},
			},
			kindsetPhone: {
				func(d *draw) string { return "+44 (0)20 7946 " + d.digits(4) },
				func(d *draw) string { return "0049-89-" + d.digits(7) },
				func(d *draw) string { return "+41 44 668 " + d.digits(2) + " " + d.digits(2) },
				func(d *draw) string { return "+1." + d.area() + ".555." + d.digits(4) },
				func(d *draw) string { return "(" + d.area() + ")555-" + d.digits(4) },
				func(d *draw) string { return "+351 21 " + d.digits(3) + " " + d.digits(4) },
				func(d *draw) string { return "0" + d.pick("1", "4") + " 42 68 " + d.digits(2) + " " + d.digits(2) },
			},
			kindsetIBAN: {
				func(d *draw) string { return d.iban("GB", "NWBK"+d.digits(14), 4) },
				func(d *draw) string { return d.iban("CH", d.digits(17), 4) },
				func(d *draw) string { return d.iban("IT", "X"+d.digits(22), 0) },
				func(d *draw) string { return d.iban("PT", d.digits(21), 4) },
			},
			kindsetCard: {
				func(d *draw) string { return d.card("6011", 16, "-") },
				func(d *draw) string { return d.card("35", 16, " ") },
				func(d *draw) string { return d.card("55", 16, "") },
				func(d *draw) string { return d.card("37", 15, " ") },
			},
			kindsetStreet: {
				func(d *draw) string {
					return d.digits1(3) + " " + d.pick("Old Mill Lane", "Birchwood Drive", "W 42nd St", "Kingsway Blvd, Suite 9")
				},
				func(d *draw) string {
					return d.pick("Lindenallee", "Am Stadtgraben", "Friedrichstr.", "Kastanienweg") + " " + d.digits1(2) + d.pick("", "a", ", 80331 München")
				},
				func(d *draw) string {
					return d.digits1(2) + d.pick(" avenue Victor Hugo", " bis rue des Lilas", ", boulevard Voltaire, 75011 Paris")
				},
				func(d *draw) string {
					return d.pick("Avenida de América ", "Plaza de España, ", "C/ Alcalá ") + d.digits1(2)
				},
				func(d *draw) string {
					return d.pick("Avenida da República, ", "Travessa do Carmo ", "Rua das Flores, nº ") + d.digits1(2)
				},
			},
			kindsetIP: {
				func(d *draw) string { return fmtIP(172, 16+d.n(16), d.n(256), 1+d.n(254)) },
				func(d *draw) string { return fmtIP(10, d.n(256), d.n(256), 1+d.n(254)) },
				func(d *draw) string { return "fd" + d.hex(2) + ":" + d.hex(4) + ":" + d.hex(4) + "::" + d.hex(2) },
				func(d *draw) string { return fmtIP(192, 168, d.n(256), 0) + "/24" },
			},
			kindsetHost: {
				func(d *draw) string {
					return d.pick("dc02", "print-hh", "sap-prd-7", "exch"+d.digits(2)) + "." + d.pick("ad.contoso.internal", "office.lan", "intra.werk.corp")
				},
				func(d *draw) string {
					return `\\` + d.pick("NAS07", "filer-muc", "PRT0"+d.digits(1)) + `\` + d.pick("public", "scan$", "teams")
				},
			},
			kindsetPassword: {
				func(d *draw) string {
					return d.pick("Regen", "Tiger", "Falcon", "Brücke") + d.pick("$", "_", "#") + d.digits(4) + d.pick("", "!", "?")
				},
				func(d *draw) string { return d.mixed(6) + d.pick("%", "&", "*") + d.mixed(6) },
				func(d *draw) string { return d.pick("letmein", "dragon", "qwertz", "azerty") + d.digits(3) },
			},
			kindsetPhrase: {
				func(d *draw) string {
					return d.pick("Hummel", "otter", "Lighthouse", "girasol") + d.digits(2) + d.pick("", "!", "x")
				},
				func(d *draw) string { return d.mixed(9) },
			},
			kindsetCode: {
				func(d *draw) string { return d.digits(6) },
				func(d *draw) string { return d.digits(4) },
				func(d *draw) string { return d.digits(3) + "-" + d.digits(3) },
			},
			kindsetToken: {
				func(d *draw) string { return "hf" + "_" + d.letters(34) },
				func(d *draw) string { return "pypi-" + "AgEIcHlwaS5vcmc" + d.mixed(70) },
				func(d *draw) string { return "shpat" + "_" + d.hex(32) },
				func(d *draw) string { return "SG" + "." + d.mixed(22) + "." + d.mixed(43) },
				func(d *draw) string { return d.mixed(3) + "8Q~" + d.mixed(34) },
				func(d *draw) string { return "rubygems" + "_" + d.hex(48) },
			},
			kindsetKeyValue: {
				func(d *draw) string { return d.mixed(40) },
				func(d *draw) string {
					return d.hex(8) + "-" + d.hex(4) + "-4" + d.hex(3) + "-a" + d.hex(3) + "-" + d.hex(12)
				},
			},
			kindsetJWT:  {func(d *draw) string { return d.jwt() }},
			kindsetAuth: {func(d *draw) string { return "Bearer " + d.mixed(44) }, func(d *draw) string { return "Token " + d.hex(40) }, func(d *draw) string { return "ApiKey " + d.mixed(32) }},
			kindsetCookie: {
				func(d *draw) string { return ".AspNetCore.Session=" + d.mixed(60) + "; path=/; HttpOnly" },
				func(d *draw) string { return "connect.sid=s%3A" + d.mixed(32) + "." + d.mixed(40) + "; lang=de" },
			},
			kindsetPEM: {
				func(d *draw) string { return d.pem("OPENSSH PRIVATE KEY", 9, 70) },
				func(d *draw) string { return d.pem("EC PRIVATE KEY", 3, 64) },
				func(d *draw) string { return d.pem("ENCRYPTED PRIVATE KEY", 12, 64) },
			},
			kindsetURLUser: {
				func(d *draw) string { return d.pick("admin", "svc-backup", "reporting") + ":" + d.mixed(10) },
			},
			kindsetURLToken: {func(d *draw) string { return d.mixed(28) }, func(d *draw) string { return d.hex(40) }},
			kindsetRecovery: {func(d *draw) string { return d.recovery() }},
		},
		wraps: map[string][]string{
			kindsetURLUser:  {"mongodb+srv://{v}@cluster0.example.net/db", "ftp://{v}@files.example.org/in", "https://{v}@git.example.com/team/app.git"},
			kindsetURLToken: {"https://cdn.example.net/f.zip?X-Amz-Signature={v}&X-Amz-Date=20240105", "https://app.example.com/reset?reset_token={v}", "https://example.com/cb#id_token={v}&state=4"},
		},
		near: heldNear(),
	}
}

func heldNear() []nearMiss {
	return []nearMiss{
		{"version", []string{"Teams 24004.1309.2689.2246", "build 22631.3085", "Firefox 128.0.3 (64-bit)", "driver 31.0.15.5161", "OpenSSL 3.0.13", "iOS 17.4.1"}},
		{"kb number", []string{"KB5036893", "Q314053", "MS17-010", "CVE-2024-21412"}},
		{"error code", []string{"0x80190001", "0xC0000225", "ERR_SSL_PROTOCOL_ERROR", "PR_END_OF_FILE_ERROR", "AADSTS50058", "-2147467259"}},
		{"guid", []string{"{6d809377-6af0-444b-8957-a3773f02200e}", "S-1-5-21-1004336348-1177238915-682003330-512"}},
		{"part number", []string{"L3M56A#B19", "20XW004QUS", "MZVLB512HBJQ-000L7", "CF258A"}},
		{"date", []string{"2024-03-18 09:14:22", "18.03.2024", "03/18/2024 7:45 PM", "20240318T091422Z", "1710753262"}},
		{"price", []string{"€ 1.249,00", "$12,500.00", "1 299,90 €", "R$ 3.499,00"}},
		{"file path", []string{`C:\Users\Public\Documents\report_2024_03.xlsx`, "/usr/lib/x86_64-linux-gnu/libssl.so.3", `HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`, "~/.config/autostart/app.desktop"}},
		{"product key", []string{"XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", "W269N-WFGWX-YVC9B-4J6C9-T83GX"}},
		{"commit", []string{"commit 9fceb02d0ae598e95dc970b74767f19372d61af8", "sha256:3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b", "a1b2c3d"}},
		{"preference", []string{"network.http.http3.enable", "browser.tabs.remote.autostart.2", "security.enterprise_roots.enabled = true", "mail.server.server2.port"}},
		{"public host", []string{"https://support.example.com/kb/4711", "smtp.office365.com", "status.cloud.example.net:443"}},
		{"password talk", []string{"The password field is greyed out.", "Das Passwort wird nicht angenommen.", "Le mot de passe est refusé à chaque fois.", "La contraseña no funciona desde ayer.", "A senha expirou na semana passada.", "Your password must be at least 12 characters.", "Password reset is required every 90 days.", "I forgot my password and the hint."}},
		{"token talk", []string{"The token expired after 60 minutes.", "invalid_token error from the proxy", "Clear cookies and site data, then sign in.", "The API key setting is missing in the form."}},
		{"number", []string{"order 4500127893", "INC0012345", "1920 x 1080 at 144 Hz", "ports 5060, 5061 and 10000-20000", "ISBN 978-3-16-148410-0", "16 GB / 512 GB", "ratio 3:2:1"}},
		{"at sign", []string{"npm install @types/node@20.11.5", "ping @helpdesk in the channel", "@media (max-width: 600px)", "meet at 10 @ room 4. Bring it"}},
		{"hardware id", []string{`PCI\VEN_8086&DEV_15F3&SUBSYS_00008086`, "USB VID_046D PID_C52B", "FF-FF-FF-FF-FF-FF"}},
		{"public address", []string{"8.8.4.4", "2606:4700:4700::1111", "127.0.0.1:8080", "255.255.254.0", "::1"}},
		{"street talk", []string{"Go to Settings and follow 3 ways to reset it.", "the drive letter moved to 2 places", "a court of 5 rules, see page 12"}},
	}
}
