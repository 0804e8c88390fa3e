package eval

// developFamily is what the rules of redaction may be tuned on.
func developFamily() family {
	return family{
		name: "dev", seed: 0x11c0_77de_4242_0a51,
		noise: map[string][]string{
			"en": {"It stopped working after lunch.", "I have restarted twice.", "Nothing else changed on this machine."},
			"de": {"Seit heute Mittag geht nichts mehr.", "Ich habe zweimal neu gestartet.", "Sonst wurde nichts geändert."},
			"fr": {"Cela ne marche plus depuis midi.", "J'ai redémarré deux fois.", "Rien d'autre n'a changé."},
			"es": {"Dejó de funcionar después de comer.", "He reiniciado dos veces.", "No cambió nada más."},
			"pt": {"Deixou de funcionar depois do almoço.", "Reiniciei duas vezes.", "Nada mais mudou."},
		},
		carriers: map[string][]string{
			"en": {"Please look at {v} first.", "I entered {v} there.", "The details: {v}"},
			"de": {"Bitte prüfen Sie zuerst {v}.", "Dort habe ich {v} eingegeben.", "Die Angaben: {v}"},
			"fr": {"Regardez d'abord {v} svp.", "J'ai saisi {v} à cet endroit.", "Les détails : {v}"},
			"es": {"Miren primero {v} por favor.", "Ahí escribí {v} y nada.", "Los datos: {v}"},
			"pt": {"Vejam primeiro {v} por favor.", "Escrevi {v} nesse campo.", "Os dados: {v}"},
		},
		cues: map[string]map[string][]string{
			kindsetPassword: {
				"en": {"password: {v}", "My password is {v}", "The new password is {v} for now.", "pwd = {v}", "the pass is {v}", "I reset the password to {v} for her", "PW {v}", "Password (temporary): {v}", "Password for the VPN: {v}", "password of the router = {v}", "login: bob, password: {v}"},
				"de": {"Passwort: {v}", "Mein Passwort ist {v}", "Kennwort = {v}", "Das neue Passwort lautet {v}", "PW: {v}", "Passwort für den WLAN-Router ist {v}", "Das Passwort wurde auf {v} zurückgesetzt.", "Zugang: bob, Passwort {v}", "WLAN-Passwort {v}"},
				"fr": {"mot de passe : {v}", "Mon mot de passe est {v}", "Le nouveau mot de passe est {v}", "Mot de passe temporaire : {v}", "le mot de passe a été réinitialisé à {v}", "mot de passe du wifi : {v}"},
				"es": {"contraseña: {v}", "Mi contraseña es {v}", "La nueva clave es {v}", "Contraseña provisional: {v}", "la contraseña del wifi es {v}", "se restableció la contraseña a {v}"},
				"pt": {"senha: {v}", "A minha senha é {v}", "A nova palavra-passe é {v}", "Senha provisória: {v}", "a senha do wifi é {v}", "a senha foi redefinida para {v}"},
			},
			kindsetPhrase: {
				"en": {"I log in with {v} as my password", "the password should be {v}"},
				"de": {"ich melde mich mit {v} als Passwort an", "das Passwort müsste {v} sein"},
				"fr": {"je me connecte avec {v} comme mot de passe", "le mot de passe devrait être {v}"},
				"es": {"entro con {v} como contraseña", "la contraseña debería ser {v}"},
				"pt": {"entro com {v} como senha", "a senha deveria ser {v}"},
			},
			kindsetCode: {
				"en": {"My PIN is {v}", "verification code: {v}", "the one-time code was {v}", "{v} is your verification code", "Use {v} as the security code", "Your OTP is {v}."},
				"de": {"Meine PIN lautet {v}", "Bestätigungscode: {v}", "{v} ist Ihr Bestätigungscode"},
				"fr": {"Mon code PIN est {v}", "code de vérification : {v}", "{v} est votre code de vérification"},
				"es": {"Mi PIN es {v}", "código de verificación: {v}", "{v} es tu código de verificación"},
				"pt": {"O meu PIN é {v}", "código de verificação: {v}", "{v} é o seu código de verificação"},
			},
			kindsetPhone: {
				"en": {"Call me at {v}.", "Phone: {v}", "my number is {v}"},
				"de": {"Telefon: {v}", "Bitte rufen Sie mich unter {v} an.", "Meine Nummer ist {v}"},
				"fr": {"Téléphone : {v}", "Appelez-moi au {v}.", "Mon numéro est le {v}"},
				"es": {"Teléfono: {v}", "Llámenme al {v}.", "Mi número es {v}"},
				"pt": {"Telefone: {v}", "Liguem-me para o {v}.", "O meu número é {v}"},
			},
			kindsetKeyValue: {
				"en": {"api_key={v}", "secret: {v}", "\"access_token\": \"{v}\""},
				"de": {"api-key: {v}", "token = {v}"},
				"fr": {"api_key: {v}"},
				"es": {"api_key = {v}"},
				"pt": {"api_key = {v}"},
			},
			kindsetAuth:   {"en": {"Authorization: {v}", "The header was Authorization: {v}"}},
			kindsetCookie: {"en": {"Cookie: {v}", "Set-Cookie: {v}", "curl -b \"{v}\" https://x.example.com/", "< set-cookie: {v}"}},
			kindsetRecovery: {
				"en": {"BitLocker recovery key: {v}"},
				"de": {"BitLocker-Wiederherstellungsschlüssel: {v}"},
				"fr": {"Clé de récupération BitLocker : {v}"},
				"es": {"Clave de recuperación de BitLocker: {v}"},
				"pt": {"Chave de recuperação do BitLocker: {v}"},
			},
		},
		values: map[string][]func(*draw) string{
			kindsetMail: {
				func(d *draw) string {
					return d.pick("anna.berg", "bob_smith", "c.dubois+help", "j.perez", "info") + "@" + d.pick("firma.example.de", "example.com", "service.example.org", "empresa.com.br")
				},
				func(d *draw) string {
					return d.pick("jürgen", "françois.r", "peña") + "@" + d.pick("müller.example", "example.net", "straße.de")
				},
				func(d *draw) string {
					return d.letters(5) + "." + d.letters(6) + d.digits(2) + "@" + d.letters(8) + "." + d.pick("com", "de", "fr", "org")
				},
			},
			kindsetPhone: {
				func(d *draw) string { return "+49 30 " + d.digits(7) },
				func(d *draw) string { return "+1 (" + d.area() + ") 555-" + d.digits(4) },
				func(d *draw) string { return "0171/" + d.digits(7) },
				func(d *draw) string {
					return "+33 6 " + d.digits(2) + " " + d.digits(2) + " " + d.digits(2) + " " + d.digits(2)
				},
				func(d *draw) string { return "+34 6" + d.digits(2) + " " + d.digits(3) + " " + d.digits(3) },
				func(d *draw) string { return d.area() + "-555-" + d.digits(4) },
				func(d *draw) string { return "+55 11 9" + d.digits(4) + "-" + d.digits(4) },
				func(d *draw) string { return "020 7946 " + d.digits(4) },
				func(d *draw) string { return "+43 1 " + d.digits(7) },
				func(d *draw) string { return "1-" + d.area() + "-555-" + d.digits(4) },
				func(d *draw) string { return "(+351) 912 " + d.digits(3) + " " + d.digits(3) },
				func(d *draw) string {
					return "06." + d.digits(2) + "." + d.digits(2) + "." + d.digits(2) + "." + d.digits(2)
				},
				func(d *draw) string { return "089 / 12 " + d.digits(2) + " " + d.digits(2) + " - 0" },
			},
			kindsetIBAN: {
				func(d *draw) string { return d.iban("DE", d.digits(18), 4) },
				func(d *draw) string { return d.iban("FR", d.digits(23), 4) },
				func(d *draw) string { return d.iban("ES", d.digits(20), 0) },
				func(d *draw) string { return d.iban("NL", "ABNA"+d.digits(10), 0) },
			},
			kindsetCard: {
				func(d *draw) string { return d.card("4", 16, " ") },
				func(d *draw) string { return d.card("51", 16, "-") },
				func(d *draw) string { return d.card("4", 16, "") },
				func(d *draw) string { return d.card("34", 15, " ") },
			},
			kindsetStreet: {
				func(d *draw) string {
					return d.digits1(2) + " " + d.pick("Elm Street", "Maple Ave", "Church Road, Apt 4", "Park Lane")
				},
				func(d *draw) string {
					return d.pick("Hauptstraße", "Gartenweg", "Goethestr.", "Marktplatz") + " " + d.digits1(2) + d.pick("", "b", ", 50667 Köln")
				},
				func(d *draw) string {
					return d.digits1(2) + d.pick(" rue de la Paix", ", avenue Foch", " place Bellecour, 69002 Lyon")
				},
				func(d *draw) string {
					return d.pick("Calle Mayor ", "Avenida del Puerto, ", "Paseo de Gracia ") + d.digits1(2)
				},
				func(d *draw) string {
					return d.pick("Rua Augusta, ", "Avenida da Liberdade ", "Praça do Comércio, ") + d.digits1(2)
				},
			},
			kindsetIP: {
				func(d *draw) string { return fmtIP(10, d.n(256), d.n(256), 1+d.n(254)) },
				func(d *draw) string { return fmtIP(192, 168, d.n(256), 1+d.n(254)) },
				func(d *draw) string { return "fe80::" + d.hex(4) + ":" + d.hex(4) + ":" + d.hex(4) + ":" + d.hex(4) },
			},
			kindsetHost: {
				func(d *draw) string {
					return d.pick("srv-db01", "mail2", "win-hv3", "wsus") + "." + d.pick("corp.local", "example.lan", "firma.intern")
				},
				func(d *draw) string {
					return `\\` + d.pick("fileserver", "srv01", "nas-2") + `\` + d.pick("share", "home$", "dept")
				},
			},
			kindsetPassword: {
				func(d *draw) string {
					return d.pick("Sommer", "Winter", "Welcome", "Hunter") + d.digits(4) + d.pick("", "!", "#")
				},
				func(d *draw) string { return d.mixed(8) + d.pick("!", "$", "@", "?") + d.digits(2) },
				func(d *draw) string { return d.mixed(14) },
				func(d *draw) string { return d.pick("monkey", "princesse", "fussball", "sombra") + d.digits(2) },
				func(d *draw) string { return d.pick("P@ssw0rd", "Pa$$w0rd", "S0mmer") + d.pick("!", "1", "") },
			},
			kindsetPhrase: {
				func(d *draw) string { return d.pick("Blume", "Monkey", "Soleil", "Estrella") + d.digits(3) },
				func(d *draw) string { return d.mixed(10) },
			},
			kindsetCode: {
				func(d *draw) string { return d.digits(6) },
				func(d *draw) string { return d.digits(4) },
				func(d *draw) string { return d.digits(3) + " " + d.digits(3) },
			},
			kindsetToken: {
				func(d *draw) string { return "ghp" + "_" + d.alnum(36) },
				func(d *draw) string { return "AKIA" + d.base32(16) },
				func(d *draw) string { return "xoxb" + "-" + d.digits(12) + "-" + d.digits(12) + "-" + d.alnum(24) },
				func(d *draw) string { return "AIza" + d.alnum(35) },
				func(d *draw) string { return "sk" + "_live_" + d.alnum(24) },
				func(d *draw) string { return "glpat" + "-" + d.alnum(20) },
				func(d *draw) string { return "npm" + "_" + d.alnum(36) },
				func(d *draw) string { return "dop" + "_v1_" + d.hex(64) },
				func(d *draw) string { return "github" + "_pat_" + d.alnum(82) },
				func(d *draw) string { return "dapi" + d.hex(32) },
				func(d *draw) string { return "hvs" + "." + d.alnum(95) },
				func(d *draw) string { return "lin" + "_api_" + d.alnum(40) },
			},
			kindsetKeyValue: {
				func(d *draw) string { return d.hex(32) },
				func(d *draw) string { return d.mixed(24) },
			},
			kindsetJWT:  {func(d *draw) string { return d.jwt() }},
			kindsetAuth: {func(d *draw) string { return "Bearer " + d.mixed(32) }, func(d *draw) string { return "Basic " + d.mixed(22) + "==" }},
			kindsetCookie: {
				func(d *draw) string { return "sessionid=" + d.mixed(32) + "; theme=dark" },
				func(d *draw) string { return "PHPSESSID=" + d.hex(26) },
				func(d *draw) string { return "JSESSIONID=" + d.hex(32) + "; Path=/; Secure; SameSite=Lax" },
				func(d *draw) string { return "auth=" + d.mixed(40) + "; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/" },
			},
			kindsetPEM: {
				func(d *draw) string { return d.pem("RSA PRIVATE KEY", 6, 64) },
				func(d *draw) string { return d.pem("PRIVATE KEY", 4, 64) },
			},
			kindsetURLUser:  {func(d *draw) string { return d.pick("bob", "deploy", "root") + ":" + d.mixed(9) }},
			kindsetURLToken: {func(d *draw) string { return d.mixed(24) }, func(d *draw) string { return d.hex(32) }},
			kindsetRecovery: {func(d *draw) string { return d.recovery() }},
		},
		wraps: map[string][]string{
			kindsetURLUser:  {"https://{v}@repo.example.com/a.git", "postgres://{v}@db.example.com:5432/app", "smtp://{v}@mail.example.com"},
			kindsetURLToken: {"https://example.com/api?access_token={v}&page=2", "https://example.com/login?token={v}", "https://files.example.com/x?sig={v}"},
		},
		near: developNear(),
	}
}

func developNear() []nearMiss {
	return []nearMiss{
		{"version", []string{"Windows 10.0.19045.3803", "Outlook 16.0.17328.20184", "Thunderbird 115.6.0", "version 4.8.1.2", "macOS 14.2.1", "Java 1.8.0_391"}},
		{"kb number", []string{"KB5034441", "KB4023057", "Q123456", "CVE-2023-36884"}},
		{"error code", []string{"0x80070057", "0x800F0922", "error 1603", "STATUS_ACCESS_DENIED", "HTTP 502", "NS_ERROR_NET_TIMEOUT"}},
		{"guid", []string{"{8E7F9C2A-1B3D-4E5F-A6B7-C8D9E0F1A2B3}", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"}},
		{"part number", []string{"CN-0X9F2H-70166", "WD40EFRX-68N32N0", "HP 15-dw3043cl", "FRU 00HN634"}},
		{"date", []string{"2024-01-02", "02.01.2024 14:30", "01/02/2024", "2024-01-02T14:30:05Z", "12-31-2023"}},
		{"price", []string{"$1,299.00", "1.299,00 €", "EUR 49.99", "R$ 1.299,90"}},
		{"file path", []string{`C:\Program Files (x86)\Vendor\App 2.1\app.exe`, "/var/log/syslog.1", `%APPDATA%\Mozilla\Firefox\Profiles\x7k2p9.default-release`, "~/Library/Preferences/com.apple.finder.plist"}},
		{"product key", []string{"XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", "NPPR9-FWDCX-D2C8J-H872K-2YT43"}},
		{"commit", []string{"commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904", "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "rev e83c516"}},
		{"preference", []string{"browser.cache.disk.enable", "network.proxy.socks_port", "mail.smtpserver.default.authMethod", "security.tls.version.min = 1"}},
		{"public host", []string{"https://www.example.com/help", "imap.gmail.com", "update.example.com:8443"}},
		{"password talk", []string{"The password is wrong.", "Das Passwort ist falsch.", "Le mot de passe est incorrect.", "La contraseña es incorrecta.", "A senha está errada.", "My password is not accepted since Monday.", "password: required", "The password is the same as before."}},
		{"token talk", []string{"The token is invalid.", "token: expired", "Cookies are blocked in this browser.", "The secret is missing."}},
		{"number", []string{"ticket 104233", "1234567890 rows", "3840x2160", "port 443 and 8080", "100 000 files", "line 20231, column 18"}},
		{"at sign", []string{"install @angular/core@17.0.3", "thanks @maria!", "see you @ noon. Tomorrow", "user@localhost"}},
		{"hardware id", []string{"VEN_8086&DEV_9D2F", "MAC 00:1B:44:11:3A:B7", "slot 00:1f.3"}},
		{"public address", []string{"8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "127.0.0.1", "255.255.255.0"}},
		{"street talk", []string{"It is a one way street.", "5 drives were lost", "the road map for 2024"}},
	}
}
