;;; Emacs' side of `emacs.py'.  -*- lexical-binding: t -*-

(require 'cl-lib)
(require 'flymake)
(require 'json)
(require 'server)
(load "userlock")

(defun serve (socket)
  "Answer emacsclient at SOCKET."
  (setq server-socket-dir (file-name-directory socket)
        server-name (file-name-nondirectory socket))
  (server-start))

(defmacro here (&rest body)
  "Do BODY in the window with the cursor."
  `(with-selected-window (frame-selected-window) ,@body))

(defun finding (words text)
  "What a finding says that has WORDS and underlines TEXT."
  (cl-loop for found in (flymake-diagnostics)
           for said = (flymake-diagnostic-text found)
           when (and (string-match-p (regexp-quote words) said)
                     (equal text (buffer-substring-no-properties
                                  (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))
           return said))

(defun shown ()
  "For whoever looks for a mistake: the findings shown, and the messages."
  (list (buffer-name) (mapcar #'flymake-diagnostic-text (flymake-diagnostics))
        (with-current-buffer (messages-buffer) (buffer-string))))

;; Whoever is asked says yes.
(fset 'y-or-n-p #'always)
(fset 'yes-or-no-p #'always)
(fset 'ask-user-about-supersession-threat #'ignore)

(defun choose (command title)
  "Call COMMAND, and answer what it asks with what begins with TITLE."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt choices &rest _)
               (or (cl-find-if (lambda (each) (string-prefix-p title each))
                               (all-completions "" choices))
                   (error "No %s in %S" title (all-completions "" choices)))))
)
    (call-interactively command)))
