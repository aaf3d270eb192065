package io.github.palimpsest.classifier;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.classifier.ClassStream.Scenario;
import io.github.palimpsest.classifier.ClassifierShape.Network;
import io.github.palimpsest.tck.ModelKit;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("native")
class EncoderKitTest extends ModelKit {
  private static final ClassifierModel MODEL =
      SmallClassifier.of(Network.ENCODER, Scenario.CLASS_INCREMENTAL);

  @Override
  protected Model subject() {
    return MODEL;
  }

  @Override
  protected List<Example> examples() {
    return SmallClassifier.examples(MODEL);
  }
}
