package io.github.palimpsest.llm.jinja;

/**
 * The value of a name or attribute that does not exist. It prints as nothing and is false; any
 * other use is an error.
 *
 * @param why the message of that error
 */
record Undefined(String why) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined attribute(Object of, Object name) {
    return new Undefined(
        Values.typeName(of) + " has no attribute or item '" + Texts.shortened(name) + "'");
  }

  TemplateException error() {
    return new TemplateException(why);
  }
}
