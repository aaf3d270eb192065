package io.github.palimpsest.llm.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON as Python's {@code json.dumps} writes it. */
final class Json {
  private final Budget budget;
  private final boolean ascii;
  private final @Nullable String indent;
  private final String comma;
  private final String colon;
  private final boolean sorted;
  private final StringBuilder out = new StringBuilder();

  private Json(
      Budget budget,
      boolean ascii,
      @Nullable String indent,
      String comma,
      String colon,
      boolean sorted) {
    this.budget = budget;
    this.ascii = ascii;
    this.indent = indent;
    this.comma = comma;
    this.colon = colon;
    this.sorted = sorted;
  }

  /** The filter {@code tojson} of transformers, which escapes no HTML. */
  static String filter(Object value, Arguments a) {
    @Nullable Object[] bound =
        a.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
    Object given = bound[1];
    String indent =
        given == null || given == None.NONE
            ? null
            : given instanceof String s ? s : " ".repeat((int) width(Values.integer(given)));
    String comma = indent == null ? ", " : ",";
    String colon = ": ";
    if (bound[2] != null && bound[2] != None.NONE) {
      List<Object> separators = Values.items(bound[2], a.budget());
      if (separators.size() != 2) {
        throw new TemplateException("'separators' must be two texts");
      }
      comma = Values.text(separators.get(0), "a separator");
      colon = Values.text(separators.get(1), "a separator");
    }
    Json json =
        new Json(
            a.budget(),
            bound[0] != null && Values.isTrue(bound[0]),
            indent,
            comma,
            colon,
            bound[3] != null && Values.isTrue(bound[3]));
    json.write(value, 0);
    return json.out.toString();
  }

  private static long width(long spaces) {
    if (spaces < 0 || spaces > 100) {
      throw new TemplateException("an indent must be from 0 to 100, not " + spaces);
    }
    return spaces;
  }

  private void write(Object value, int depth) {
    Values.requireShallow(depth);
    budget.steps(1);
    int before = out.length();
    if (value instanceof String s) {
      quote(s);
      budget.text(out.length() - before);
    } else if (value instanceof List<?> list) {
      out.append('[');
      for (int i = 0; i < list.size(); i++) {
        separate(i, depth + 1);
        write(list.get(i), depth + 1);
      }
      close(!list.isEmpty(), depth, ']');
    } else if (value instanceof Map<?, ?> map) {
      object(map, depth);
    } else if (value instanceof Boolean || value instanceof Long) {
      out.append(value);
    } else if (value instanceof Double d) {
      out.append(
          d.isNaN() ? "NaN" : d.isInfinite() ? d > 0 ? "Infinity" : "-Infinity" : Texts.real(d));
    } else if (value == None.NONE) {
      out.append("null");
    } else {
      throw new TemplateException(Values.typeName(value) + " cannot be written as JSON");
    }
  }

  private void object(Map<?, ?> map, int depth) {
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort(Comparator.comparing((Map.Entry<?, ?> e) -> key(e.getKey())));
    }
    out.append('{');
    for (int i = 0; i < entries.size(); i++) {
      separate(i, depth + 1);
      quote(key(entries.get(i).getKey()));
      out.append(colon);
      write(entries.get(i).getValue(), depth + 1);
    }
    close(!entries.isEmpty(), depth, '}');
  }

  private String key(Object key) {
    return key instanceof String s
        ? s
        : key instanceof Boolean || key == None.NONE
            ? key == None.NONE ? "null" : key.toString()
            : Texts.of(key, budget);
  }

  private void separate(int index, int depth) {
    out.append(index > 0 ? comma : "");
    line(depth);
  }

  private void close(boolean filled, int depth, char bracket) {
    if (filled) {
      line(depth);
    }
    out.append(bracket);
  }

  private void line(int depth) {
    if (indent != null) {
      budget.text((long) indent.length() * depth + 1);
      out.append('\n').append(indent.repeat(depth));
    }
  }

  private void quote(String s) {
    out.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      int simple = "\"\\\n\r\t\b\f".indexOf(c);
      if (simple >= 0) {
        out.append('\\').append("\"\\nrtbf".charAt(simple));
      } else if (c < 0x20 || ascii && c > 0x7e) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
