package io.github.palimpsest.llm.task;

import io.github.palimpsest.llm.score.Spaces;
import java.util.regex.Matcher;

/** A change of a text. */
public sealed interface TextEdit {
  /** The changed text, or a value that it stands for. */
  Object of(String text);

  /** Without white space at both ends. */
  record Strip() implements TextEdit {
    @Override
    public String of(String text) {
      return Spaces.strip(text);
    }
  }

  /**
   * Every occurrence replaced, from the left.
   *
   * @param what a text that is not empty
   */
  record Replace(String what, String by) implements TextEdit {
    @Override
    public String of(String text) {
      return text.replace(what, by);
    }
  }

  /**
   * Every match replaced.
   *
   * @param by the replacement; {@code $1} is the first group
   */
  record ReplaceMatches(Search what, String by) implements TextEdit {
    @Override
    public String of(String text) {
      Matcher m = what.matcher(text);
      return what.guarded(() -> m.replaceAll(by));
    }
  }

  /** The value of a Python literal: lists, dictionaries, texts and numbers. */
  record PythonValue() implements TextEdit {
    @Override
    public Object of(String text) {
      return PythonLiteral.parse(text);
    }
  }
}
