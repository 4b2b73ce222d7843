package dev.sluice.client.sse;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Text that an event stream could garble, because its bytes mean something there (WHATWG HTML, 9.2.6, "Interpreting an event stream") or
 * because somebody on the way might count characters or lines wrongly.
 */
public record Sample(String name, String text) {

    private static final int LONG = 60_000;

    /** As a page sees it: an event stream knows one kind of line break. */
    public String seen() {
        return text.replace("\r\n", "\n").replace('\r', '\n');
    }

    public static List<Sample> all() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("words", "hello, page");
        all.put("nothing", "");
        all.put("a space", " ");
        all.put("leading spaces", "  two");
        all.put("trailing spaces", "two  ");
        all.put("a tab", "\tindented");
        all.put("a colon", ":");
        all.put("a comment", ": is this one?");
        all.put("a field", "data: x");
        all.put("a block", "id: 7\n\nevent: other\ndata: forged\nretry: 1\n\n");
        all.put("LF", "a\nb");
        all.put("LF alone", "\n");
        all.put("LF LF", "\n\n");
        all.put("LF first", "\na");
        all.put("LF last", "a\n");
        all.put("LF three times last", "a\n\n\n");
        all.put("CR", "a\rb");
        all.put("CR alone", "\r");
        all.put("CR last", "a\r");
        all.put("CR CR", "a\r\rb");
        all.put("CR LF", "a\r\nb");
        all.put("CR LF last", "a\r\n");
        all.put("CR LF CR LF", "a\r\n\r\nb");
        all.put("LF CR", "a\n\rb");
        all.put("all of them", "a\rb\nc\r\n\n\r\r\n");
        all.put("a byte order mark", "\uFEFF");
        all.put("byte order marks first", "\uFEFFa\n\uFEFFb");
        all.put("a byte order mark amid", "a\uFEFFb");
        all.put("NUL", "\0");
        all.put("NUL amid", "a\0b\n\0");
        all.put("line breaks of others", "a\u0085b\u2028c\u2029d\u000Be\fg");
        all.put("control characters", controls());
        all.put("two bytes", "äöü ß Ω");
        all.put("three bytes", "漢字 ᚠᛇᚻ €");
        all.put("four bytes", "😀 𝄞 👩‍👩‍👧‍👦 🇪🇺");
        all.put("the last character", "\uDBFF\uDFFF");
        all.put("no characters", "\uFFFE\uFFFF\uFFFD");
        all.put("combining", "e\u0301 \u202Eright to left");
        all.put("JSON", "{\n  \"a\": [1, 2],\n  \"b\": \"\\n\"\n}");
        all.put("a long line", "x".repeat(4 * LONG));
        all.put("a long line of many bytes", "é漢😀".repeat(LONG / 5));
        all.put("many lines", "\n".repeat(LONG / 5));
        all.put("many lines of all kinds", "😀\r\n\r\n".repeat(LONG / 20));
        return all.entrySet().stream()
                .map(sample -> new Sample(sample.getKey(), sample.getValue()))
                .toList();
    }

    private static String controls() {
        var controls = new StringBuilder("<");
        for (char c = 1; c <= 0x1F; c++) {
            controls.append(c);
        }
        return controls.append("\u007F>").toString();
    }
}
