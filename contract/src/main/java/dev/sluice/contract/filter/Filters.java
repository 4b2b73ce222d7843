package dev.sluice.contract.filter;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.contract.problem.Limit;
import dev.sluice.contract.problem.Problem;
import dev.sluice.contract.problem.Rejected;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes filters from what a client wrote: an SQL expression, the JSON form of the Subscriptions API (an array that is an
 * AND), or its proto. Strict: an unknown dialect is refused, never ignored, as the specification demands.
 */
public final class Filters {
    /** Deep enough for any real filter; keeps a hostile one from exhausting the stack. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_FILTERS = 100;
    private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]{1,64}");

    private Filters() {}

    public static EventFilter sql(String field, String expression) throws Rejected {
        return new EventFilter.Sql(SqlExpression.parse(field, expression));
    }

    /** @param array the value of {@code filters} */
    public static EventFilter json(String field, JsonNode array) throws Rejected {
        return new EventFilter.All(list(field, array, 0));
    }

    private static List<EventFilter> list(String field, JsonNode array, int depth) throws Rejected {
        if (!array.isArray()) {
            throw Problem.malformed(field, "an array of filters is needed here").rejected();
        }
        if (array.size() > MAX_FILTERS || depth > MAX_DEPTH) {
            throw tooMany(field);
        }
        var filters = new ArrayList<EventFilter>();
        for (int i = 0; i < array.size(); i++) {
            filters.add(one(field + "[" + i + "]", array.get(i), depth + 1));
        }
        return filters;
    }

    private static EventFilter one(String field, JsonNode object, int depth) throws Rejected {
        if (!object.isObject() || object.size() != 1) {
            throw Problem.malformed(field, "a filter is an object with exactly one member, its dialect")
                    .rejected();
        }
        if (depth > MAX_DEPTH) {
            throw tooMany(field);
        }
        String dialect = object.fieldNames().next();
        JsonNode value = object.get(dialect);
        String path = field + "." + dialect;
        return switch (dialect) {
            case "exact" -> new EventFilter.Exact(attributes(path, value));
            case "prefix" -> new EventFilter.Prefix(attributes(path, value));
            case "suffix" -> new EventFilter.Suffix(attributes(path, value));
            case "all" -> new EventFilter.All(nonEmpty(path, list(path, value, depth)));
            case "any" -> new EventFilter.Any(nonEmpty(path, list(path, value, depth)));
            case "not" -> new EventFilter.Not(one(path, value, depth + 1));
            case "sql" -> {
                if (!value.isTextual()) {
                    throw Problem.malformed(path, "a string is needed here").rejected();
                }
                yield sql(path, value.textValue());
            }
            default ->
                throw Problem.malformed(path, "unknown filter dialect '" + dialect + "'")
                        .rejected();
        };
    }

    private static Map<String, String> attributes(String field, JsonNode object) throws Rejected {
        if (!object.isObject()) {
            throw Problem.malformed(field, "an object of attributes and values is needed here")
                    .rejected();
        }
        var attributes = new LinkedHashMap<String, String>();
        for (var member : object.properties()) {
            if (!member.getValue().isTextual()) {
                throw Problem.malformed(field + "." + member.getKey(), "a string is needed here")
                        .rejected();
            }
            attributes.put(member.getKey(), member.getValue().textValue());
        }
        return checked(field, attributes);
    }

    private static Map<String, String> checked(String field, Map<String, String> attributes) throws Rejected {
        if (attributes.isEmpty()) {
            throw Problem.malformed(field, "at least one attribute is needed here")
                    .rejected();
        }
        for (var attribute : attributes.entrySet()) {
            if (!ATTRIBUTE.matcher(attribute.getKey()).matches()) {
                throw Problem.malformed(field, "'" + attribute.getKey() + "' is no name of a CloudEvents attribute")
                        .rejected();
            }
            if (attribute.getValue().isEmpty()) {
                throw Problem.malformed(field + "." + attribute.getKey(), "the value must not be empty")
                        .rejected();
            }
        }
        return Map.copyOf(attributes);
    }

    private static List<EventFilter> nonEmpty(String field, List<EventFilter> filters) throws Rejected {
        if (filters.isEmpty()) {
            throw Problem.malformed(field, "at least one filter is needed here").rejected();
        }
        return filters;
    }

    /** @param filters all of which must hold */
    public static EventFilter proto(String field, List<dev.sluice.contract.v1.Filter> filters) throws Rejected {
        return new EventFilter.All(protoList(field, filters, 0));
    }

    private static List<EventFilter> protoList(String field, List<dev.sluice.contract.v1.Filter> list, int depth)
            throws Rejected {
        if (list.size() > MAX_FILTERS || depth > MAX_DEPTH) {
            throw tooMany(field);
        }
        var filters = new ArrayList<EventFilter>();
        for (int i = 0; i < list.size(); i++) {
            filters.add(proto(field + "[" + i + "]", list.get(i), depth + 1));
        }
        return filters;
    }

    private static EventFilter proto(String field, dev.sluice.contract.v1.Filter filter, int depth) throws Rejected {
        if (depth > MAX_DEPTH) {
            throw tooMany(field);
        }
        return switch (filter.getDialectCase()) {
            case EXACT ->
                new EventFilter.Exact(
                        checked(field + ".exact", filter.getExact().getValuesMap()));
            case PREFIX ->
                new EventFilter.Prefix(
                        checked(field + ".prefix", filter.getPrefix().getValuesMap()));
            case SUFFIX ->
                new EventFilter.Suffix(
                        checked(field + ".suffix", filter.getSuffix().getValuesMap()));
            case ALL ->
                new EventFilter.All(nonEmpty(
                        field + ".all",
                        protoList(field + ".all", filter.getAll().getFiltersList(), depth)));
            case ANY ->
                new EventFilter.Any(nonEmpty(
                        field + ".any",
                        protoList(field + ".any", filter.getAny().getFiltersList(), depth)));
            case NOT -> new EventFilter.Not(proto(field + ".not", filter.getNot(), depth + 1));
            case SQL -> sql(field + ".sql", filter.getSql());
            case DIALECT_NOT_SET ->
                throw Problem.malformed(field, "unknown or missing filter dialect")
                        .rejected();
        };
    }

    private static Rejected tooMany(String field) {
        return Problem.malformed(
                        field, "at most " + MAX_FILTERS + " filters in a list, nested at most " + MAX_DEPTH + " deep")
                .beyond(Limit.FILTER)
                .rejected();
    }
}
