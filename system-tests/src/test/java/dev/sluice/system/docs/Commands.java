package dev.sluice.system.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.local.Component;
import dev.sluice.local.console.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * What the documentation tells people to type, against what there is: commands and options of {@code ./sluice}, goals, profiles, modules
 * and properties of Maven, the chart's values, addresses of {@code ./sluice up}, files. Runs nothing. Made once, read by one thread.
 */
final class Commands {
    /** Of others; of these only the files are looked at. */
    private static final Set<String> TOOLS = Set.of("docker", "done", "for", "kind", "openssl", "sed", "skopeo");

    private static final Set<String> PHASES = Set.of("clean", "compile", "package", "test", "test-compile", "verify");
    /** Maven's own, which no POM names. */
    private static final Set<String> PROPERTIES = Set.of("skipTests", "maven.test.skip");

    private static final Set<String> OF_TESTS = Set.of("test", "it.test");
    /** What docs/operators.md takes for {@code sluice.operator.port}. */
    private static final int OPERATOR_PORT = 9081;

    private static final Set<String> UNDER_OPERATOR_PORT = Set.of("/sessions");
    private static final Pattern PROFILE = Pattern.compile("<profile>\\s*<id>([^<]+)</id>");
    private static final Pattern PLUGIN = Pattern.compile("<artifactId>(\\w+)-maven-plugin</artifactId>");
    private static final Pattern LOCAL = Pattern.compile("(?:https?://)?(?:localhost|127\\.0\\.0\\.1):\\d+.*");
    /** Where a word stops to be what is typed: a variable, a pattern, something to fill in. */
    private static final Pattern OPEN = Pattern.compile("[$*?<{…]");
    /** What a reader has to fill in. */
    private static final String LEFT_OUT = "…";

    private final Path root;
    private final Set<String> tests;
    private final String poms;
    private final Set<String> profiles;
    private final Set<String> plugins;
    private final String code;
    private final JsonNode values;
    private final Map<String, BiConsumer<ShellCommand, List<String>>> checks = Map.of(
            "./sluice", this::sluice,
            "./mvnw", this::maven,
            "helm", this::helm,
            "kubectl", (kubectl, faults) -> {},
            "curl", this::curl);

    /** @param root of the repository */
    Commands(Path root) {
        var sources = new Sources(root);
        this.root = root;
        this.tests = sources.tests();
        this.poms = String.join("", sources.poms());
        this.profiles = found(PROFILE);
        this.plugins = found(PLUGIN);
        this.code = String.join("", sources.code());
        try {
            this.values = new ObjectMapper()
                    .readTree(root.resolve("helm/sluice/values.schema.json").toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Set<String> found(Pattern pattern) {
        var found = new TreeSet<String>();
        pattern.matcher(poms).results().forEach(match -> found.add(match.group(1)));
        return found;
    }

    /** Whether the code of a sentence is a command that can be looked at. */
    boolean knows(String span) {
        return checks.keySet().stream().anyMatch(name -> span.startsWith(name + " "));
    }

    /** What is wrong with the commands of a script, a sentence each. */
    List<String> faults(String script) {
        var faults = new ArrayList<String>();
        for (ShellCommand command : ShellCommand.in(script)) {
            BiConsumer<ShellCommand, List<String>> check = checks.get(command.name());
            if (check != null) {
                check.accept(command, faults);
            } else if (!TOOLS.contains(command.name())) {
                faults.add("no command that this test knows: " + command.name());
            }
            command.words().forEach(word -> file(word, faults));
        }
        return faults;
    }

    /** What begins with a folder of the repository is there, up to where a build puts something. */
    private void file(String word, List<String> faults) {
        String path = word.replaceFirst("^(--?[\\w-]+=|@)", "");
        var open = OPEN.matcher(path);
        String typed = open.find() ? path.substring(0, path.lastIndexOf('/', open.start()) + 1) : path;
        String kept = typed.replaceFirst("/target/.*", "");
        String first = kept.replaceFirst("^\\./", "").replaceFirst("/.*", "");
        boolean ours = kept.contains("/") && !kept.startsWith("/") && Files.exists(root.resolve(first));
        if ((ours || kept.startsWith("./")) && !Files.exists(root.resolve(kept))) {
            faults.add("there is no " + typed);
        }
    }

    private void sluice(ShellCommand sluice, List<String> faults) {
        if (sluice.arguments().isEmpty()) {
            return;
        }
        String name = sluice.words().get(1);
        if (Set.of("help", "-h", "--help").contains(name)) {
            sluice.words().stream().skip(2).filter(of -> !isPlaceholder(of)).forEach(of -> help(of, faults));
            return;
        }
        String help = help(name, faults);
        for (String argument : sluice.arguments()) {
            String option = argument.replaceFirst("=.*", "");
            if (option.startsWith("-")
                    && !Pattern.compile("(?<![\\w-])" + Pattern.quote(option) + "(?![\\w-])")
                            .matcher(help)
                            .find()) {
                faults.add("./sluice " + name + " has no option " + option);
            }
        }
    }

    private String help(String command, List<String> faults) {
        Path text = root.resolve("deploy/local/help/" + command + ".txt");
        if (!Files.exists(text)) {
            faults.add("./sluice has no command " + command);
            return "";
        }
        return Sources.read(text);
    }

    private void maven(ShellCommand maven, List<String> faults) {
        List<String> arguments = maven.arguments();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("-pl") || argument.equals("--projects")) {
                i++;
                for (String module : arguments.get(i).split(",")) {
                    if (!Files.exists(root.resolve(module).resolve("pom.xml"))) {
                        faults.add("Maven has no module " + module);
                    }
                }
            } else if (argument.startsWith("-P")) {
                Arrays.stream(argument.substring(2).split(","))
                        .filter(profile -> !profiles.contains(profile))
                        .forEach(profile -> faults.add("Maven has no profile " + profile));
            } else if (argument.startsWith("-D")) {
                property(argument.substring(2), faults);
            } else if (!argument.startsWith("-") && !isPlaceholder(argument) && !isGoal(argument)) {
                faults.add("Maven has no goal " + argument);
            }
        }
    }

    private boolean isGoal(String argument) {
        return PHASES.contains(argument)
                || (argument.contains(":") && plugins.contains(argument.substring(0, argument.indexOf(':'))));
    }

    private void property(String definition, List<String> faults) {
        String name = definition.replaceFirst("=.*", "");
        if (OF_TESTS.contains(name)) {
            for (String test : definition.replaceFirst("[^=]*=?", "").split(",")) {
                if (!test.equals("None") && !tests.contains(test)) {
                    faults.add("there is no test " + test);
                }
            }
        } else if (!PROPERTIES.contains(name)
                && !name.endsWith(".failIfNoSpecifiedTests")
                && !poms.contains("${" + name + "}")
                && !poms.contains("<" + name + ">")
                && !code.contains("\"" + name + "\"")) {
            faults.add("nobody reads the property " + name);
        }
    }

    private void helm(ShellCommand helm, List<String> faults) {
        List<String> arguments = helm.arguments();
        for (int i = 0; i + 1 < arguments.size(); i++) {
            if (arguments.get(i).matches("--set(-string|-json)?")) {
                for (String setting : arguments.get(i + 1).split("(?<!\\\\),")) {
                    value(setting.replaceFirst("=.*", ""), faults);
                }
            }
        }
        if (Set.of("install", "upgrade", "template").contains(helm.words().get(1))
                && arguments.size() > 2
                && !Files.exists(root.resolve(arguments.get(2)).resolve("Chart.yaml"))) {
            faults.add("there is no chart " + arguments.get(2));
        }
    }

    private void value(String key, List<String> faults) {
        JsonNode schema = values;
        for (String segment : key.split("(?<!\\\\)\\.")) {
            schema = member(schema, segment.replace("\\.", "."));
        }
        if (schema.isMissingNode()) {
            faults.add("the chart has no value " + key);
        }
    }

    /** What the schema says of it; missing when it is not allowed. */
    private JsonNode member(JsonNode schema, String name) {
        JsonNode properties = schema.path("properties");
        if (properties.has(name)) {
            return resolved(properties.get(name));
        }
        for (var patterns = schema.path("patternProperties").fields(); patterns.hasNext(); ) {
            var pattern = patterns.next();
            if (Pattern.compile(pattern.getKey()).matcher(name).find()) {
                return resolved(pattern.getValue());
            }
        }
        JsonNode others = schema.path("additionalProperties");
        boolean open = others.asBoolean(schema.path("type").toString().contains("\"object\""));
        return others.isObject() ? resolved(others) : open ? schema : MissingNode.getInstance();
    }

    private JsonNode resolved(JsonNode schema) {
        return schema.has("$ref") ? values.at(schema.get("$ref").asText().substring(1)) : schema;
    }

    private void curl(ShellCommand curl, List<String> faults) {
        boolean posts = curl.words().stream().anyMatch(word -> word.matches("-d|--data|--data-\\w+"));
        int named = Math.max(curl.words().indexOf("-X"), curl.words().indexOf("--request"));
        String method = named > 0 ? curl.words().get(named + 1) : posts ? "POST" : "GET";
        curl.words().stream()
                .filter(word -> LOCAL.matcher(word).matches() && !word.contains(LEFT_OUT))
                .forEach(word -> url(word, method.toLowerCase(Locale.ROOT), faults));
    }

    /** What {@code ./sluice up} serves, by the OpenAPI page of the service. */
    private void url(String typed, String method, List<String> faults) {
        URI url = URI.create(typed.contains("://") ? typed : "http://" + typed);
        boolean known = url.getPort() == Console.PORT
                || (url.getPort() == OPERATOR_PORT && UNDER_OPERATOR_PORT.contains(url.getPath()))
                || url.getPath().startsWith("/q/");
        if (known) {
            return;
        }
        Path page = Arrays.stream(Component.values())
                .filter(component -> component.isOurs() && component.defaultPort() == url.getPort())
                .map(component -> root.resolve("docs/released/openapi/" + component.id() + ".yaml"))
                .findFirst()
                .orElse(null);
        if (page == null) {
            faults.add("nothing listens on port " + url.getPort());
            return;
        }
        JsonNode api = yaml(page);
        for (var paths = api.path("paths").fields(); paths.hasNext(); ) {
            var path = paths.next();
            if (url.getPath().matches(path.getKey().replaceAll("\\{[^}]*}", "[^/]+"))
                    && path.getValue().has(method)) {
                query(url, parameters(api, path.getValue().get(method)), faults);
                return;
            }
        }
        faults.add("port " + url.getPort() + " has no " + method.toUpperCase(Locale.ROOT) + " " + url.getPath());
    }

    private static void query(URI url, Set<String> known, List<String> faults) {
        if (url.getQuery() != null) {
            for (String parameter : url.getQuery().split("&")) {
                String name = parameter.replaceFirst("=.*", "");
                if (!known.contains(name)) {
                    faults.add(url.getPath() + " has no parameter " + name);
                }
            }
        }
    }

    private static Set<String> parameters(JsonNode api, JsonNode operation) {
        var names = new TreeSet<String>();
        for (JsonNode parameter : operation.path("parameters")) {
            JsonNode itself = parameter.has("$ref")
                    ? api.at(parameter.get("$ref").asText().substring(1))
                    : parameter;
            names.add(itself.path("name").asText());
        }
        return names;
    }

    private static JsonNode yaml(Path file) {
        try {
            return new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean isPlaceholder(String word) {
        return word.contains(LEFT_OUT) || word.matches("[A-Z]+");
    }
}
