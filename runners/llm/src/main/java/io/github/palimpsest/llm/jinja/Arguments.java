package io.github.palimpsest.llm.jinja;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call.
 *
 * @param budget of the rendering
 * @param positional those without a name
 * @param named those with one
 */
record Arguments(Budget budget, List<Object> positional, Map<String, Object> named) {
  /**
   * The arguments by parameter, null where there is none.
   *
   * @param what the function's name, for messages
   * @param required the number of parameters that must be given
   * @param names the parameters in order
   */
  @Nullable Object[] bind(String what, int required, String... names) {
    if (positional.size() > names.length) {
      throw new TemplateException(
          "'%s' takes at most %d arguments, not %d"
              .formatted(what, names.length, positional.size()));
    }
    @Nullable Object[] bound = Arrays.copyOf(positional.toArray(), names.length);
    named.forEach(
        (name, value) -> {
          int at = Arrays.asList(names).indexOf(name);
          if (at < 0 || bound[at] != null) {
            throw new TemplateException(
                "'" + what + "' has no argument '" + name + "'" + (at < 0 ? "" : " left"));
          }
          bound[at] = value;
        });
    for (int i = 0; i < required; i++) {
      if (bound[i] == null) {
        throw new TemplateException("'" + what + "' needs the argument '" + names[i] + "'");
      }
    }
    return bound;
  }

  /** The only argument. */
  Object one(String what, String name) {
    Object value = bind(what, 1, name)[0];
    return value == null ? None.NONE : value; // bind refuses a missing one
  }

  void none(String what) {
    bind(what, 0);
  }

  /** The arguments after the first. */
  Arguments rest() {
    return new Arguments(budget, positional.subList(1, positional.size()), named);
  }
}
