package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;

/** A capability of a {@link Model}: examples that are samples of the model, with nothing given. */
@Experimental(since = "0.2")
public interface Unprompted {
  /**
   * An example whose every prediction is a target, and that has nothing but what texts begin with.
   * The labels do not matter: they are drawn ({@link Relabelling}).
   *
   * @param tokens the length of the example, at least 2
   * @throws PalimpsestException if no token is known with which texts begin, or the length is not
   *     possible
   */
  Example blank(String id, int tokens);

  /** A copy that stops where the model ended the text; the same example if it did not. */
  Example ended(Example drawn);
}
