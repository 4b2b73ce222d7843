package dev.sluice.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sluice.contract.cursor.Cursor;
import dev.sluice.contract.problem.Rejected;

/** A cursor that is taken says what it was made of, in one way only. */
public final class CursorFuzz {
    private CursorFuzz() {}

    public static void fuzzerTestOneInput(FuzzedDataProvider data) {
        String text = data.consumeRemainingAsString();
        try {
            Cursor cursor = Cursor.parse("cursor", text);
            if (!cursor.toString().equals(text)) {
                throw new AssertionError("two texts for one cursor: " + text + " and " + cursor);
            }
        } catch (Rejected refused) {
            Refused.requireReason(refused);
        }
    }
}
