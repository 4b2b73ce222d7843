package dev.sluice.system.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What each page is, and whether it says rightly that it is run. */
class RecipesTest {
    private static final int MOST_LINES = 60;

    @Test
    void shouldBeShort() {
        assertThat(Page.all())
                .isNotEmpty()
                .allSatisfy(page -> assertThat(page.lines()).as(page.name()).isLessThanOrEqualTo(MOST_LINES));
    }

    @Test
    void shouldSayWhetherItIsRun() {
        assertThat(Page.all().stream().filter(Page::isRun).map(Page::name))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Kitchen.values()).map(Kitchen::page).toList());
        assertThat(Page.all()).allMatch(page -> page.isRun() != page.saysThatItIsNotRun());
    }

    @Test
    void shouldBeInTheIndex() throws IOException {
        var index = Files.readString(Page.FOLDER.resolve("README.md"));
        assertThat(Page.all()).allSatisfy(page -> assertThat(index)
                .contains("(" + page.name() + ".md) | " + (page.isRun() ? "yes" : "no") + " |"));
    }
}
