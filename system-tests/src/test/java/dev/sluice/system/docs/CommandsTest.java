package dev.sluice.system.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.RepositoryRoot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation tells people to type is there, and each block of it is run by a test or says why not. */
class CommandsTest {
    private static final Path ROOT = RepositoryRoot.find();
    private static final String CODE = String.join("", new Sources(ROOT).code());
    private static final Commands COMMANDS = new Commands(ROOT);

    @Test
    void shouldSayOfEachCodeBlockWhatItIs() {
        assertThat(CodeBlock.all())
                .isNotEmpty()
                .filteredOn(block -> block.language().isEmpty())
                .as("blocks without a language")
                .isEmpty();
    }

    @Test
    void shouldRunEachBlockOfCommandsOrSayWhyNot() {
        var wrong = CodeBlock.all().stream()
                .filter(CodeBlock::isShell)
                .filter(block -> !isMarked(block))
                .map(CodeBlock::place)
                .toList();

        assertThat(wrong)
                .as("blocks of commands without '<!-- run: TheTest -->' or '<!-- not run: why -->' before them")
                .isEmpty();
    }

    @Test
    void shouldTellPeopleToTypeOnlyWhatThereIs() {
        var wrong = new ArrayList<String>();
        for (Markdown page : Markdown.all()) {
            page.codeBlocks().stream()
                    .filter(block -> block.language().equals("sh"))
                    .forEach(block ->
                            COMMANDS.faults(block.text()).forEach(fault -> wrong.add(block.place() + ": " + fault)));
            page.codeSpans().stream().filter(COMMANDS::knows).forEach(span -> COMMANDS.faults(span)
                    .forEach(fault -> wrong.add(page.name() + ": `" + span + "`: " + fault)));
        }

        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "./sluice start | ./sluice has no command start",
                "./sluice help start | ./sluice has no command start",
                "./sluice up --replica 2 | ./sluice up has no option --replica",
                "TOKEN=$(./sluice token alice --roles publisher) | ./sluice token has no option --roles",
                "./mvnw -Pfulls verify | Maven has no profile fulls",
                "./mvnw -pl sse-edges verify | Maven has no module sse-edges",
                "./mvnw -q verifi | Maven has no goal verifi",
                "./mvnw sluice:apply | Maven has no goal sluice:apply",
                "./mvnw verify -Dsluice.sead=1 | nobody reads the property sluice.sead",
                "./mvnw verify -Dit.test='FaultsIT,FaultIT' | there is no test FaultIT",
                "helm install events ./helm/sluices | there is no chart ./helm/sluices",
                "helm upgrade events helm/sluice --set kafka.bootstrap=k:9092 | the chart has no value kafka.bootstrap",
                "helm upgrade events helm/sluice --set a.b=1 | the chart has no value a.b",
                "helm upgrade events helm/sluice --set sse.config.log=1 | the chart has no value sse.config.log",
                "kubectl apply --filename deploy/kubernetes/kind/kafkas.yaml | there is no deploy/kubernetes/kind/kafkas.yaml",
                "kubectl apply --filename=docs/a.yaml | there is no docs/a.yaml",
                "curl http://localhost:8085/v1/stream | nothing listens on port 8085",
                "curl localhost:8081/v2/stream | port 8081 has no GET /v2/stream",
                "curl -d a http://localhost:8081/v1/stream | port 8081 has no POST /v1/stream",
                "curl 'http://localhost:8081/v1/stream?chanel=a' | /v1/stream has no parameter chanel",
                "for i in 1 2; do ./sluice stop; done | ./sluice has no command stop",
                "wget -q x | no command that this test knows: wget",
            })
    void shouldFindWhatIsNotThere(String script, String fault) {
        assertThat(COMMANDS.faults(script)).contains(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "./sluice listen ws --channel a --token $TOKEN # ./sluice nothing",
                "curl -H \"Accept: a; b\" \\\n  -d '{\"a\":\"it is\"}' http://localhost:8080/v1/channels/rooms.lobby/events",
                "./mvnw -pl helm,system-tests -am verify -Pfull,bench -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false",
                "helm upgrade events helm/sluice --set defaults.config.quarkus\\\\.log\\\\.level=INFO,sse.replicas=2",
                "for tar in deploy/images/target/*.tar; do kind load image-archive $tar; done",
                "./sluice help COMMAND"
            })
    void shouldTakeWhatIsThere(String script) {
        assertThat(COMMANDS.faults(script)).isEmpty();
    }

    @Test
    void shouldSeeABlockWithoutAMark() {
        List<CodeBlock> blocks = new Markdown("page.md", """
                        <!-- run: SluiceUpIT -->
                        ```sh
                        ./sluice up
                        ```
                        <!-- run: NoSuchIT -->
                        ```sh
                        a
                        ```
                        <!-- run: DocumentationTest -->
                        ```sh
                        types nothing
                        ```
                        <!-- not run: needs a cluster -->
                        ```sh
                        b
                        ```
                        <!-- something else -->
                        ```sh
                        c
                        ```
                        ```
                        d
                        ```
                        """).codeBlocks();

        assertThat(blocks).extracting(CommandsTest::isMarked).containsExactly(true, false, false, true, false, false);
        assertThat(blocks).extracting(CodeBlock::language).containsExactly("sh", "sh", "sh", "sh", "sh", "");
        assertThat(blocks).extracting(CodeBlock::line).containsExactly(2, 6, 10, 14, 18, 21);
    }

    /** Whether the test asks for its blocks. */
    private static boolean types(String test) {
        return CODE.contains("CodeBlock.runBy(" + test + ".class)");
    }

    /** Recipes have a test of their own, which runs all that say so. */
    private static boolean isMarked(CodeBlock block) {
        return block.info().equals("recipe")
                || block.runBy().filter(CommandsTest::types).isPresent()
                || block.mark().filter(mark -> mark.matches("not run: .+")).isPresent();
    }
}
