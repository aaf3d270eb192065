package io.github.palimpsest.serve;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** Whatever the body of a request holds, it is read, or refused with a status below 500. */
@Tag("native")
class RequestParsersTest implements FuzzTargets {
  private static final int INPUTS = 1_000;
  private static final Limits LIMITS = new Limits(1 << 20, 8, 16, Duration.ofMinutes(1));

  /** Reads a body. */
  private interface Reader {
    Requests read(Models models, byte[] body);
  }

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Models models = Models.of(List.of(TinyModel.of(folder)));
    return List.of(
        FuzzTarget.of(
            "completion request",
            INPUTS,
            body -> use(models, body, (all, b) -> Requests.completion(all, LIMITS, b)),
"""
{"model": "tiny", "prompt": [[0, 5, 6, 7]], "temperature": 0, "max_tokens": 1, "logprobs": 1,
 "seed": 1234, "echo": true, "stop": ["a", ""], "top_p": 0.5, "top_k": 3, "n": 1}""",
            "{\"prompt\": [\"a b\", \"c\"], \"stop\": \"b\", \"stream\": true, \"logit_bias\": {}}"),
        FuzzTarget.of(
            "chat request",
            INPUTS,
            body -> use(models, body, (all, b) -> Requests.chat(all, LIMITS, b)),
"""
{"model": "tiny", "messages": [{"role": "user", "content": "a b"}], "temperature": 0,
 "max_completion_tokens": 2, "logprobs": true, "top_logprobs": 3, "tools": []}"""));
  }

  private static void use(Models models, byte[] body, Reader reader) {
    try {
      Requests request = reader.read(models, body);
      if (request.prompts().isEmpty() || request.wish().newTokens() > LIMITS.newTokens()) {
        throw new IllegalStateException("outside of the limits");
      }
    } catch (RequestException e) {
      if (e.status() >= 500) {
        throw e;
      }
      throw new PalimpsestException(e.what());
    }
  }
}
