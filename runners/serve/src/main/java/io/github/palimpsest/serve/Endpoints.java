package io.github.palimpsest.serve;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.PalimpsestException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What the server answers at each path. A thread waits for each answer. */
final class Endpoints extends Handler.Abstract {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Models models;
  private final Scheduler scheduler;
  private final Metrics metrics;
  private final Limits limits;
  private final Optional<String> key;
  private final AtomicLong answers = new AtomicLong();

  Endpoints(
      Models models, Scheduler scheduler, Metrics metrics, Limits limits, Optional<String> key) {
    this.models = models;
    this.scheduler = scheduler;
    this.metrics = metrics;
    this.limits = limits;
    this.key = key;
  }

  /** A body of an answer with its type. */
  private record Body(String type, String text) {
    static Body json(ObjectNode node) {
      return new Body("application/json", node.toString());
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    long start = System.nanoTime();
    String path = Request.getPathInContext(request);
    int status = 200;
    Optional<Body> body;
    String known = path;
    try {
      body = answer(request, response, path, start);
    } catch (RequestException e) {
      status = e.status();
      known = status == 404 && e.what().startsWith("no path") ? "other" : path;
      body = Optional.of(Body.json(error(e)));
    } catch (PalimpsestException e) {
      status = 400;
      body = Optional.of(Body.json(error(RequestException.bad(String.valueOf(e.getMessage())))));
    } catch (RuntimeException | StackOverflowError e) {
      status = 500;
      body = Optional.of(Body.json(error(new RequestException(500, "the server failed: " + e))));
    }
    metrics.request(known, status, System.nanoTime() - start);
    if (body.isEmpty()) {
      callback.succeeded();
      return true;
    }
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, body.get().type());
    if (status == 401) {
      response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    }
    response.write(
        true, ByteBuffer.wrap(body.get().text().getBytes(StandardCharsets.UTF_8)), callback);
    return true;
  }

  private static ObjectNode error(RequestException e) {
    ObjectNode all = JSON.objectNode();
    all.putObject("error")
        .put("message", e.what())
        .put("type", e.type())
        .putNull("param")
        .put("code", e.status());
    return all;
  }

  /** The answer; empty if it has been sent. */
  private Optional<Body> answer(Request request, Response response, String path, long start)
      throws IOException {
    if (path.equals("/health")) {
      return Optional.of(Body.json(JSON.objectNode().put("status", "ok")));
    }
    requireKey(request);
    String call = request.getMethod() + " " + path;
    return switch (call) {
      case "GET /v1/models" -> Optional.of(Body.json(list()));
      case "GET /metrics" ->
          Optional.of(new Body("text/plain; version=0.0.4", metrics.text(scheduler.waiting())));
      case "GET /tokenizer_info" -> Optional.of(Body.json(tokenizerInfo()));
      case "POST /tokenize" -> Optional.of(Body.json(tokenize(Fields.parse(read(request)))));
      case "POST /detokenize" -> Optional.of(Body.json(detokenize(Fields.parse(read(request)))));
      case "POST /v1/completions" ->
          complete(Requests.completion(models, limits, read(request)), request, response, start);
      case "POST /v1/chat/completions" ->
          complete(Requests.chat(models, limits, read(request)), request, response, start);
      default -> throw new RequestException(404, "no path " + call);
    };
  }

  private void requireKey(Request request) {
    if (key.isEmpty()) {
      return;
    }
    String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    byte[] wanted = ("Bearer " + key.get()).getBytes(StandardCharsets.UTF_8);
    if (given == null || !MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), wanted)) {
      throw new RequestException(401, "the API key is missing or wrong");
    }
  }

  private byte[] read(Request request) throws IOException {
    if (request.getLength() <= limits.bodyBytes()) {
      InputStream in = Content.Source.asInputStream(request);
      byte[] bytes = in.readNBytes(limits.bodyBytes() + 1);
      if (bytes.length <= limits.bodyBytes()) {
        return bytes;
      }
    }
    throw new RequestException(413, "the body is longer than " + limits.bodyBytes() + " bytes");
  }

  private ObjectNode list() {
    ObjectNode all = JSON.objectNode().put("object", "list");
    ArrayNode data = all.putArray("data");
    for (ServedModel model : models.all()) {
      data.addObject()
          .put("id", model.name())
          .put("object", "model")
          .put("created", 0)
          .put("owned_by", "palimpsest")
          .put("max_model_len", model.positions());
    }
    return all;
  }

  /** Of the first model; its adapters share the tokenizer. */
  private ObjectNode tokenizerInfo() {
    ServedModel model = models.all().get(0);
    ObjectNode info = JSON.objectNode();
    for (String token : List.of("eos_token", "bos_token", "pad_token", "unk_token")) {
      info.put(token, model.token(token).orElse(null));
    }
    return info.put("chat_template", model.templateSource().orElse(null));
  }

  private ObjectNode tokenize(Fields fields) {
    ServedModel model = models.of(fields);
    if (!fields.get("prompt").isTextual()) {
      throw fields.wrong("prompt", "a string");
    }
    String text = fields.text("prompt", "");
    boolean special = !fields.has("add_special_tokens") || fields.flag("add_special_tokens");
    int[] ids = special ? model.tokenizer().prompt(text) : model.tokenizer().encode(text);
    ObjectNode answer = JSON.objectNode().put("count", ids.length);
    answer.put("max_model_len", model.positions());
    ArrayNode tokens = answer.putArray("tokens");
    for (int id : ids) {
      tokens.add(id);
    }
    return answer;
  }

  private ObjectNode detokenize(Fields fields) {
    ServedModel model = models.of(fields);
    if (!fields.get("tokens").isArray()) {
      throw fields.wrong("tokens", "an array of tokens");
    }
    int[] ids = Fields.ids("tokens", fields.get("tokens"));
    return JSON.objectNode().put("prompt", model.tokenizer().decode(ids, false));
  }

  /** Something of an answer that is sent piece by piece; its end has no text. */
  private record Piece(int index, @Nullable String text) {}

  /** An answer that a thread waits for. */
  private record Pending(List<Job> jobs, BlockingQueue<Piece> pieces, Request request, long end) {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    /** The next piece, unless the time of the request is over or its client has gone. */
    Piece next() {
      try {
        for (; ; ) {
          long left = end - System.nanoTime();
          Piece piece = pieces.poll(Math.min(left, LOOK), TimeUnit.NANOSECONDS);
          if (piece != null) {
            return piece;
          }
          if (left <= 0) {
            throw new RequestException(503, "there was no answer in time");
          }
          if (Connections.gone(request)) {
            throw new RequestException(RequestException.GONE, "the client has gone");
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new RequestException(503, "the server is shutting down");
      }
    }

    /** The job whose end a piece tells. */
    Job result(Piece piece) {
      try {
        return jobs.get(piece.index()).done().join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof RequestException r) {
          throw r;
        }
        throw new RequestException(500, "the model failed: " + e.getCause());
      }
    }
  }

  private Optional<Body> complete(Requests asked, Request request, Response response, long start)
      throws IOException {
    BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < asked.prompts().size(); i++) {
      int index = i;
      Job job =
          new Job(
              asked.model(),
              asked.prompts().get(i),
              asked.wish(),
              i,
              asked.chat(),
              asked.wish().stream() ? t -> pieces.add(new Piece(index, t)) : t -> {});
      job.done().whenComplete((found, e) -> pieces.add(new Piece(index, null)));
      jobs.add(job);
    }
    scheduler.submit(jobs);
    Pending pending = new Pending(jobs, pieces, request, start + limits.time().toNanos());
    String id = (asked.chat() ? "chatcmpl-" : "cmpl-") + answers.incrementAndGet();
    Answers written = new Answers(asked, id, System.currentTimeMillis() / 1000);
    try {
      if (asked.wish().stream()) {
        send(written, pending, response);
      } else {
        for (int open = jobs.size(); open > 0; open--) {
          pending.result(pending.next());
        }
      }
      for (Job job : jobs) {
        metrics.tokens(job.prompt().length, job.added().size());
      }
      return asked.wish().stream() ? Optional.empty() : Optional.of(Body.json(written.whole(jobs)));
    } finally {
      jobs.forEach(Job::cancel); // without effect on those that are done
    }
  }

  private static void send(Answers written, Pending pending, Response response) throws IOException {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
    response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-cache");
    try (OutputStream out = Content.Sink.asOutputStream(response)) {
      try {
        for (int open = pending.jobs().size(); open > 0; ) {
          Piece piece = pending.next();
          String text = piece.text();
          if (text != null) {
            event(out, written.piece(piece.index(), text).toString());
          } else {
            event(out, written.end(piece.index(), pending.result(piece)).toString());
            open--;
          }
        }
        if (written.request().wish().counts()) {
          event(out, written.counts(pending.jobs()).toString());
        }
      } catch (RequestException e) {
        event(out, error(e).toString());
      }
      event(out, "[DONE]");
    }
  }

  private static void event(OutputStream out, String data) throws IOException {
    out.write(("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
