package io.github.palimpsest.llm.jinja;

import java.util.HashMap;
import java.util.Map;

/** Names whose values a template can change, also from within a loop. */
final class Namespace {
  private final Map<String, Object> values = new HashMap<>();

  Object get(String name) {
    Object value = values.get(name);
    return value == null ? Undefined.attribute(this, name) : value;
  }

  void set(String name, Object value) {
    if (name.startsWith("_")) {
      throw new TemplateException("a namespace has no '" + name + "'");
    }
    values.put(name, value);
  }
}
