package dev.sluice.testing;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The rule that packages form no cycle, so that each can be read before those that use it. */
public final class PackageCycles {
    private PackageCycles() {}

    /**
     * Fails with the cycles that there are.
     *
     * @param root a package; those below it, tests left out, are looked at, each by itself
     */
    public static void checkNone(String root) {
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
        // Without the last segment, so that the root itself is one of the slices.
        String above = root.substring(0, root.lastIndexOf('.'));
        slices().matching(above + ".(**)").should().beFreeOfCycles().check(classes);
    }
}
