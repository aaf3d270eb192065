package io.github.palimpsest.llm.model;

import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.model.Model;
import io.github.palimpsest.decoder.DecoderModel;
import io.github.palimpsest.tck.ModelKit;
import java.util.List;
import org.junit.jupiter.api.Tag;

@Tag("native")
class DecoderModelKitTest extends ModelKit {
  @Override
  protected Model subject() {
    return new DecoderModel(SmallDecoder.of(12, 16, 24, 2, 4, 2, 4, 8).build());
  }

  @Override
  protected List<Example> examples() {
    return List.of(
        GoldenModel.example("short", new int[] {1, 5, 7}, new float[] {0, 0, 1}),
        GoldenModel.example("long", new int[] {1, 4, 6, 9, 10, 2}, new float[] {0, 1, 1, 0, 1, 1}),
        GoldenModel.example("middle", new int[] {3, 8, 11, 2}, new float[] {0, 1, 0, 0.5f}));
  }
}
