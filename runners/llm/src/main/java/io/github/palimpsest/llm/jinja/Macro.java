package io.github.palimpsest.llm.jinja;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A macro, or the block of a {@code call}.
 *
 * @param name its name
 * @param parameters in order
 * @param defaults the values of the last parameters where none are given
 * @param uses the special names that it reads: {@code varargs}, {@code kwargs}, {@code caller}
 */
record Macro(
    String name,
    List<String> parameters,
    List<Expression> defaults,
    Statement body,
    Set<String> uses) {

  /** The function that prints this macro. */
  Callable in(Frame definition) {
    return arguments -> call(definition, arguments);
  }

  private Object call(Frame definition, Arguments arguments) {
    Frame frame = definition.inner(new Output());
    List<Object> positional = arguments.positional();
    Map<String, Object> named = new LinkedHashMap<>(arguments.named());
    int firstDefault = parameters.size() - defaults.size();
    for (int i = 0; i < parameters.size(); i++) {
      String parameter = parameters.get(i);
      Object given = i < positional.size() ? positional.get(i) : named.remove(parameter);
      if (given == null) {
        given =
            i < firstDefault
                ? new Undefined("the argument '" + parameter + "' is not given")
                : frame.value(defaults.get(i - firstDefault));
      }
      frame.set(parameter, given);
    }
    Object caller = named.remove("caller");
    if (caller != null) {
      if (!uses.contains("caller")) {
        throw new TemplateException("macro '" + name + "' does not print its 'caller'");
      }
      frame.set("caller", caller);
    }
    if (uses.contains("kwargs")) {
      frame.set("kwargs", new LinkedHashMap<Object, Object>(named));
      named.clear();
    }
    int more = positional.size() - parameters.size();
    if (uses.contains("varargs")) {
      frame.set(
          "varargs",
          new Tuple(positional.subList(positional.size() - Math.max(0, more), positional.size())));
      more = 0;
    }
    if (more > 0 || !named.isEmpty()) {
      throw new TemplateException(
          "macro '"
              + name
              + "' takes "
              + parameters.size()
              + " arguments"
              + (named.isEmpty() ? ", not " + positional.size() : ", and no " + named.keySet()));
    }
    frame.budget().enter();
    String text = frame.captured(body, frame);
    frame.budget().leave();
    return text;
  }
}
