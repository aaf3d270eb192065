package io.github.palimpsest.api.model;

import io.github.palimpsest.api.Experimental;
import io.github.palimpsest.api.component.Capable;

/**
 * A family of models: all that share one {@code model_type} in the {@code config.json} of Hugging
 * Face directories. It reads and writes that file; the host handles files, tensors and graphs.
 *
 * <p>It is one of the kinds below. A kind for models that are not decoders can be added without
 * changing these.
 *
 * <p>Rules: FAM-01 to FAM-06.
 */
@Experimental(since = "0.1")
public sealed interface ModelFamily extends Capable permits DecoderFamily {
  /**
   * The {@code config.json} of a small model, as transformers writes it: the compatibility kit
   * tests the family with it. At most 100,000 parameters, and at least two layers.
   */
  String example();
}
