package dev.sluice.system.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One command of a shell script, as far as a page has them: quotes, comments, lists, pipes, substitutions. Variables stay as they are
 * written, redirections are words.
 *
 * @param words at least one; the first is the command's name, assignments before it are left out
 */
record ShellCommand(List<String> words) {
    private static final Set<String> BEFORE_A_COMMAND =
            Set.of("do", "then", "else", "while", "until", "if", "!", "exec");

    /** All of them in their order, those of substitutions before the ones that they are in. */
    static List<ShellCommand> in(String script) {
        var reading = new Reading(script);
        reading.all();
        return reading.commands;
    }

    String name() {
        return words.get(0);
    }

    List<String> arguments() {
        return words.subList(1, words.size());
    }

    private static final class Reading {
        private final String script;
        private final List<ShellCommand> commands = new ArrayList<>();
        private final List<String> words = new ArrayList<>();
        private final StringBuilder word = new StringBuilder();
        private boolean inWord;
        private int at;

        Reading(String script) {
            this.script = script;
        }

        void all() {
            while (at < script.length()) {
                char next = script.charAt(at);
                if (next == '\'') {
                    literal();
                } else if (next == '"') {
                    quoted();
                } else if (next == '#' && !inWord) {
                    at = end('\n', at);
                } else if ("\n;|()".indexOf(next) >= 0
                        || (next == '&' && !word.toString().endsWith(">"))) {
                    at++;
                    endCommand();
                } else if (next == ' ' || next == '\t') {
                    at++;
                    endWord();
                } else {
                    one();
                }
            }
            endCommand();
        }

        /** A character outside single quotes, or what stands for one. */
        private void one() {
            if (script.startsWith("\\\n", at)) {
                at += 2;
            } else if (script.charAt(at) == '\\' && at + 1 < script.length()) {
                add(script.charAt(at + 1));
                at += 2;
            } else if (script.startsWith("$(", at)) {
                substitution();
            } else {
                add(script.charAt(at++));
            }
        }

        private void literal() {
            int end = end('\'', at + 1);
            inWord = true;
            word.append(script, at + 1, end);
            at = Math.min(end + 1, script.length());
        }

        private void quoted() {
            inWord = true;
            at++;
            while (at < script.length() && script.charAt(at) != '"') {
                if (script.charAt(at) == '\\'
                        && "\"\\$`\n".indexOf(script.charAt(Math.min(at + 1, script.length() - 1))) < 0) {
                    add('\\');
                    at++;
                } else {
                    one();
                }
            }
            at++;
        }

        private void substitution() {
            int depth = 0;
            int end = at + 1;
            do {
                char next = script.charAt(end);
                if (next == '\'') {
                    end = end('\'', end + 1);
                }
                depth += next == '(' ? 1 : next == ')' ? -1 : 0;
                end++;
            } while (depth > 0 && end < script.length());
            commands.addAll(in(script.substring(at + 2, Math.max(at + 2, end - 1))));
            inWord = true;
            word.append("$(…)");
            at = end;
        }

        private int end(char of, int from) {
            int found = script.indexOf(of, from);
            return found < 0 ? script.length() : found;
        }

        private void add(char next) {
            inWord = true;
            word.append(next);
        }

        private void endWord() {
            if (inWord) {
                String whole = word.toString();
                boolean leads =
                        words.isEmpty() && (whole.matches("(?s)[A-Za-z_]\\w*=.*") || BEFORE_A_COMMAND.contains(whole));
                if (!leads) {
                    words.add(whole);
                }
                word.setLength(0);
                inWord = false;
            }
        }

        private void endCommand() {
            endWord();
            if (!words.isEmpty()) {
                commands.add(new ShellCommand(List.copyOf(words)));
                words.clear();
            }
        }
    }
}
