package io.github.palimpsest.llm.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. */
final class Loop {
  private final List<Object> items;
  private final int depth;
  private final @Nullable Callable recursion;
  private int index;
  private @Nullable Object last;

  Loop(List<Object> items, int depth, @Nullable Callable recursion) {
    this.items = items;
    this.depth = depth;
    this.recursion = recursion;
  }

  void at(int position) {
    index = position;
  }

  long length() {
    return items.size();
  }

  int depth() {
    return depth;
  }

  Object attribute(String name) {
    int size = items.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> (long) size - index;
      case "revindex0" -> size - index - 1L;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> (long) size;
      case "depth" -> depth + 1L;
      case "depth0" -> (long) depth;
      case "previtem" ->
          index == 0 ? new Undefined("there is no previous item") : items.get(index - 1);
      case "nextitem" ->
          index == size - 1 ? new Undefined("there is no next item") : items.get(index + 1);
      case "cycle" -> (Callable) this::cycle;
      case "changed" -> (Callable) this::changed;
      default -> Undefined.attribute(this, name);
    };
  }

  Object call(Arguments arguments) {
    if (recursion == null) {
      throw new TemplateException("'loop' is called, but the loop is not 'recursive'");
    }
    return recursion.call(arguments);
  }

  private Object cycle(Arguments arguments) {
    if (arguments.positional().isEmpty()) {
      throw new TemplateException("'loop.cycle' needs arguments");
    }
    return arguments.positional().get(index % arguments.positional().size());
  }

  private Object changed(Arguments arguments) {
    Object now = new Tuple(arguments.positional());
    boolean changed = last == null || !Values.equal(last, now, arguments.budget());
    last = now;
    return changed;
  }
}
