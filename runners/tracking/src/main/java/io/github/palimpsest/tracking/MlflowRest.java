package io.github.palimpsest.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.results.text.Printable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Sends requests to MLflow's REST API 2.0. Each request has a time limit that includes the body. If
 * the server is busy or the connection was cut, the request is tried again a few times.
 */
final class MlflowRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ROOT = "api/2.0/mlflow/";
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 3;
  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_SHOWN = 300;

  private final URI root;
  private final Credentials credentials;
  private final Duration limit;
  private final Duration pause;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          // a redirection could carry the token to another host
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  /**
   * @param server the URI of the server, with a path prefix if it has one
   * @param credentials the credentials of the user
   * @param limit the time limit of each attempt
   * @param pause the pause before a second attempt
   */
  MlflowRest(URI server, Credentials credentials, Duration limit, Duration pause) {
    String base = server.toString();
    this.root = URI.create(base.endsWith("/") ? base + ROOT : base + "/" + ROOT);
    this.credentials = credentials;
    this.limit = limit;
    this.pause = pause;
  }

  /**
   * Sends a query.
   *
   * @throws MlflowException if the server does not answer or answers with an error
   */
  JsonNode get(String path, String key, String value) {
    String query = key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return answer(path, request(path + (path.indexOf('?') < 0 ? "?" : "&") + query).GET().build());
  }

  /**
   * Sends a request that may be sent twice.
   *
   * @throws MlflowException if the server does not answer or answers with an error
   */
  JsonNode post(String path, JsonNode body) {
    return answer(path, posted(path, body));
  }

  /**
   * Sends a request that must not be sent twice.
   *
   * @throws MlflowException if the server answers with an error or does not answer; without an
   *     answer, it may have carried out the request
   */
  JsonNode postOnce(String path, JsonNode body) {
    return once(path, posted(path, body));
  }

  private HttpRequest posted(String path, JsonNode body) {
    return request(path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
        .build();
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(root.resolve(path)).timeout(limit);
    credentials.header().ifPresent(value -> builder.header("Authorization", value));
    return builder;
  }

  private JsonNode answer(String path, HttpRequest request) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(path, request);
      } catch (MlflowException e) {
        if (attempt == ATTEMPTS || !e.isWorthAnotherTry()) {
          throw e;
        }
        sleep(pause.multipliedBy(attempt));
      }
    }
  }

  private JsonNode once(String path, HttpRequest request) {
    Body body = new Body();
    CompletableFuture<HttpResponse<Void>> sent =
        client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArrayConsumer(body::add));
    try {
      HttpResponse<Void> answer = sent.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return read(path, answer, body);
    } catch (TimeoutException e) {
      throw new MlflowException(
          "no answer to " + path + " within " + limit.toSeconds() + " s",
          MlflowException.TIMED_OUT,
          "");
    } catch (ExecutionException e) {
      throw unanswered(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MlflowException("interrupted", MlflowException.TIMED_OUT, "");
    } finally {
      sent.cancel(true);
    }
  }

  private static MlflowException unanswered(Throwable reason) {
    if (reason instanceof HttpTimeoutException) {
      return new MlflowException(message(reason), MlflowException.TIMED_OUT, "");
    }
    if (reason instanceof ConnectException) {
      return new MlflowException("the connection is refused", MlflowException.TIMED_OUT, "");
    }
    if (reason instanceof SSLException) {
      return new MlflowException(
          "no trusted connection: "
              + message(reason)
              + "; give a certificate of your own to Java:"
              + " PALIMPSEST_JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE",
          MlflowException.TIMED_OUT,
          "");
    }
    return new MlflowException(message(reason), MlflowException.CUT, "");
  }

  private static String message(Throwable reason) {
    Throwable last = reason;
    while (last.getCause() != null) {
      last = last.getCause();
    }
    String text = last.getMessage() == null ? reason.getMessage() : last.getMessage();
    return text == null ? last.getClass().getSimpleName() : text;
  }

  private JsonNode read(String path, HttpResponse<Void> answer, Body body) {
    int status = answer.statusCode();
    if (status / 100 == 3) {
      throw new MlflowException(
          "it redirects (HTTP " + status + "), which is not followed: give the URI of the server",
          status,
          "");
    }
    JsonNode json = body.json();
    if (status == 200 && json.isObject()) {
      return json;
    }
    String code = json.path("error_code").asText();
    String text = json.path("message").asText();
    String said = (code + " " + text).strip();
    if (status == 401 || status == 403) {
      said +=
          " (set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN)";
    }
    throw new MlflowException(
        path
            + ": HTTP "
            + status
            + (said.isEmpty() ? ", and no answer of MLflow's" : ": " + brief(said)),
        status,
        code);
  }

  private String brief(String text) {
    String line = Printable.of(credentials.hide(text)).replace('\n', ' ');
    return line.length() <= MOST_SHOWN ? line : line.substring(0, MOST_SHOWN) + "...";
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MlflowException("interrupted", MlflowException.TIMED_OUT, "");
    }
  }

  /** The bytes of an answer, up to a maximum size. */
  private static final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean whole = true;

    synchronized void add(Optional<byte[]> more) {
      byte[] next = more.orElse(new byte[0]);
      whole &= bytes.size() + (long) next.length <= MOST_BYTES;
      if (whole) {
        bytes.write(next, 0, next.length);
      }
    }

    /** Returns the parsed answer, or a missing node if it is not JSON. */
    synchronized JsonNode json() {
      try {
        return whole ? JSON.readTree(bytes.toByteArray()) : JSON.missingNode();
      } catch (JsonProcessingException e) {
        return JSON.missingNode(); // a page of another server
      } catch (IOException e) {
        throw new IllegalStateException("bytes in memory can be read", e);
      }
    }
  }
}
