package io.github.palimpsest.llm.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.data.Example;
import io.github.palimpsest.api.data.HostArray;
import io.github.palimpsest.decoder.DecoderModel;
import org.junit.jupiter.api.Test;

/** Samples of a decoder with nothing given. */
class UnpromptedTest {
  private static final DecoderModel MODEL =
      new DecoderModel(SmallDecoder.of(5, 16, 24, 2, 4, 2, 4, 8).build());

  private static int[] ids(Example e) {
    return ((HostArray.Ints) e.fields().get("ids")).toArray();
  }

  private static float[] targets(Example e) {
    return ((HostArray.Floats) e.fields().get("targets")).toArray();
  }

  @Test
  void a_blank_text_has_the_first_token_alone_and_predicts_the_others() {
    Example blank = MODEL.blank("s", 4);
    assertThat(ids(blank)[0]).isEqualTo(1);
    assertThat(targets(blank)).containsExactly(0, 1, 1, 1);
    assertThat(blank.tokens()).isEqualTo(4);
    assertThatThrownBy(() -> MODEL.blank("s", 10))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("example 's' has 10 tokens; the model takes 1 to 9");
  }

  @Test
  void a_text_stops_at_its_first_end_token() {
    Example drawn =
        GoldenModel.example("s", new int[] {1, 4, 2, 3, 2}, new float[] {0, 1, 1, 1, 1});
    assertThat(ids(MODEL.ended(drawn))).containsExactly(1, 4, 2);
    assertThat(targets(MODEL.ended(drawn))).containsExactly(0, 1, 1);
    Example open = GoldenModel.example("s", new int[] {1, 4, 3}, new float[] {0, 1, 1});
    assertThat(MODEL.ended(open)).isSameAs(open);
  }
}
