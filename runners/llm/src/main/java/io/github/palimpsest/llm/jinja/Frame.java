package io.github.palimpsest.llm.jinja;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The names that are visible at a place of a rendering, and where its text goes. */
final class Frame {
  private final @Nullable Frame outer;
  private final Map<String, Object> values = new HashMap<>();
  private final Output output;
  private final Rendition rendition;

  /** The outermost frame. */
  Frame(Rendition rendition) {
    this.outer = null;
    this.rendition = rendition;
    this.output = rendition.output();
  }

  private Frame(Frame outer, Output output) {
    this.outer = outer;
    this.output = output;
    this.rendition = outer.rendition;
  }

  /** A frame for a block with names of its own. */
  Frame inner() {
    return new Frame(this, output);
  }

  /** A frame whose text goes elsewhere. */
  Frame inner(Output elsewhere) {
    return new Frame(this, elsewhere);
  }

  Object get(String name) {
    for (Frame f = this; f != null; f = f.outer) {
      Object value = f.values.get(name);
      if (value != null) {
        return value;
      }
    }
    Object value = rendition.functions().get(name);
    return value == null ? Undefined.name(name) : value;
  }

  void set(String name, Object value) {
    values.put(name, value);
  }

  Budget budget() {
    return rendition.budget();
  }

  Output output() {
    return output;
  }

  Rendition rendition() {
    return rendition;
  }

  /** The value of an expression; counts its steps and its nesting. */
  Object value(Expression expression) {
    budget().enter();
    Object value = expression.value(this);
    budget().leave();
    return value;
  }

  void print(Object value) {
    if (rendition.strict() && value instanceof Undefined u) {
      throw u.error();
    }
    output.add(Texts.of(value, budget()), budget());
  }

  /** The text that a block makes, instead of printing it. */
  String captured(Statement body, Frame in) {
    body.run(in);
    return in.output.text();
  }
}
