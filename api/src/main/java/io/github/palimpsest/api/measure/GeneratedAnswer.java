package io.github.palimpsest.api.measure;

import io.github.palimpsest.api.Experimental;
import java.util.List;

/** The text that a model generated for one item. */
@Experimental(since = "0.1")
public interface GeneratedAnswer {
  /** The item's name: {@code SET/NUMBER}. */
  String item();

  /** The generated text, up to the end token and without it. */
  String text();

  /** The texts that count as right, at least one; the list is immutable. */
  List<String> expected();
}
